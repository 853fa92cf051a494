Feature: A pipeline from data to a judged model
  The example in examples/pipeline prepares real data, trains a model on it and judges that: three
  operations that take what the ones before them made, and a pipeline of them.

  Background:
    Given the example "pipeline"

  Scenario: A failed step is mended without doing the others again
    When I run "guild run pipeline fail=yes -y"
    Then it fails with exit status 1
    And it says "the disk is on fire"
    And "guild runs -s" prints:
      """
      [1]  evaluate  error      ...
      [2]  train     completed  ...
      [3]  prepare   completed  ...
      [4]  pipeline  error      C=1.0 fail=yes kernel=rbf
      """
    When I restart the latest "pipeline" with "fail=no --needed"
    Then it succeeds
    And it says "Skipping run because flags have not changed (--needed specified)" 2 times
    And it prints:
      """
      wrong: ...
      accuracy: 0.9...
      """
    And "guild runs -s" prints:
      """
      [1]  evaluate  completed  ...
      [2]  pipeline  completed  C=1.0 fail=no kernel=rbf
      [3]  train     completed  ...
      [4]  prepare   completed  ...
      """
    When I restart the latest "pipeline" with "--needed"
    Then it says "Skipping run because flags have not changed (--needed specified)" 1 times
    When I run "guild run pipeline --needed -y"
    Then it says "Skipping because the following runs match this operation (--needed specified):"
