Feature: Pipelines
  An operation may have steps: other operations that are run one after another. The pipeline is a
  run of its own. In it is a link to the run of each step.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      print(f"loss: {lr * 2}")
      open("model.txt", "w").write(f"lr={lr}")
      """
    And a script "check.py":
      """
      import sys
      fail = False
      if fail:
          sys.exit("it is bad")
      print("it is good")
      """
    And a file "guild.yml":
      """
      train:
        flags-import: all
      check:
        flags-import: all
      all:
        flags:
          lr: 0.5
          fail: no
        steps:
          - train lr=${lr}
          - run: check
            name: look at it
            flags:
              fail: ${fail}
      """

  Scenario: Steps run one after another
    When I run "guild run all --run-id ppp -y"
    Then it succeeds
    And it prints:
      """
      loss: 1.0
      it is good
      """
    And it says:
      """
      INFO: [guild] running train: train lr=0.5
      INFO: [guild] running look at it: check fail=no
      """
    And the runs are:
      | operation | status    | label           |
      | check     | completed | fail=no         |
      | train     | completed | lr=0.5          |
      | all       | completed | fail=no lr=0.5  |
    And the links of the pipeline "ppp" are "look-at-it train"

  Scenario: The output of the steps is that of the pipeline, too
    When I run "guild run all -y"
    And I run "guild cat --output -Fo all"
    Then it prints:
      """
      INFO: [guild] running train: train lr=0.5
      loss: 1.0
      INFO: [guild] running look at it: check fail=no
      it is good
      """

  Scenario: Scalars of the steps are scalars of the pipeline
    When I run "guild run all --run-id ppp -y"
    Then the scalars of the run "ppp" are:
      | train/.guild#loss | 1 | 0 |

  Scenario: Flags reach the steps
    When I run "guild run all lr=0.7 -y"
    Then it prints "loss: 1.4"

  Scenario: A flag may be for one step
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      all:
        flags:
          train:lr: 0.9
          b:lr: 0.3
        steps:
          - train lr=1
          - run: train
            name: b
      """
    When I run "guild run all train:lr=0.4 -y"
    Then it says:
      """
      INFO: [guild] running train: train lr=0.4
      INFO: [guild] running b: train lr=0.4
      """

  Scenario: A step that fails ends the pipeline
    When I run "guild run all fail=yes --run-id ppp -y"
    Then it fails with exit status 1
    And it says:
      """
      INFO: [guild] running train: train lr=0.5
      INFO: [guild] running look at it: check fail=yes
      it is bad
      """
    And the run "ppp" is error

  Scenario: A step that is a batch is kept
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      search:
        steps:
          - train lr=[0.1,0.2]
      """
    When I run "guild run search -y"
    Then it says:
      """
      INFO: [guild] running train: train lr=[0.1, 0.2]
      INFO: [guild] Running trial ...: train (lr=0.1)
      INFO: [guild] Running trial ...: train (lr=0.2)
      """
    And the runs are:
      | operation | status    |
      | train     | completed |
      | train     | completed |
      | +         | completed |
      | search    | completed |

  Scenario: A pipeline may be tried with several values
    When I run "guild run all lr=[0.1,0.2] -y"
    Then it succeeds
    And it prints "loss: 0.2"
    And it prints "loss: 0.4"
    And the runs are:
      | operation | status    | label          |
      | check     | completed | fail=no        |
      | train     | completed | lr=0.2         |
      | all       | completed | fail=no lr=0.2 |
      | check     | completed | fail=no        |
      | train     | completed | lr=0.1         |
      | all       | completed | fail=no lr=0.1 |

  Scenario: A step may be a pipeline
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      inner:
        flags:
          lr: 1
        steps:
          - train lr=${lr}
      outer:
        steps:
          - inner lr=2
          - train
      """
    When I run "guild run outer -y"
    Then it says:
      """
      INFO: [guild] running inner: inner lr=2
      INFO: [guild] running train: train lr=2
      INFO: [guild] running train: train
      """

  Scenario: A step is expected to leave something behind
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      all:
        steps:
          - run: train
            expect:
              - output: "loss: [0-9.]+"
              - file: model.txt
                contains: lr=0\.2
          - train
      """
    When I run "guild run all -y"
    Then it fails with exit status 3
    And it says:
      """
      INFO: [guild] running train: train
      INFO: [guild] checking run ... output for 'loss: [0-9.]+'
      INFO: [guild] checking run ... files 'model.txt'
      INFO: [guild] checking run ... file model.txt for 'lr=0\.2'
      ERROR: [guild] check failed: could not find pattern 'lr=0\.2' in run ... file model.txt
      INFO: [guild] 1 of 2 checks passed
      guild: stopping because a check failed - see above for details
      """

  Scenario: Steps only find runs of the pipeline, unless they are to find all
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      all:
        steps:
          - train lr=1 --needed
          - run: train lr=1
            needed: yes
            isolate-runs: no
      """
    And a run "old" of "train lr=1"
    When I run "guild run all -y"
    Then it says:
      """
      INFO: [guild] running train: train --needed lr=1
      INFO: [guild] running train: train --needed lr=1
      Skipping because the following runs match this operation (--needed specified):
        [...]  train  ...  completed  lr=1
        [old]...train  ...  completed  lr=1
      """

  Scenario: A step does not depend on runs of others
    Given a file "guild.yml":
      """
      train: {}
      use:
        main: train
        requires: {operation: train}
      all:
        steps:
          - use train=0123456789abcdef0123456789abcdef
      """
    And a run "0123456789abcdef0123456789abcdef" of "train"
    When I run "guild run all -y"
    Then it fails with exit status 1
    And it says "guild: ...: run 0123456789abcdef0123456789abcdef is not one of those of the pipeline"
    And it says "Other runs are found by steps with 'isolate-runs: no' only."

  Scenario Outline: Steps that can't be understood are refused before anything is run
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      all:
        steps:
          - train
          - <step>
      """
    When I run "guild run all -y"
    Then it fails with exit status 1
    And it says "guild: <error>"
    And there are no runs

    Examples:
      | step            | error                                                                      |
      | train --foo     | invalid run spec 'train --foo': No such option '--foo'.                    |
      | train bogus     | invalid argument(s):                                                       |
      | train lr=${alr} | invalid value for lr of step 'train': 'alr' is not a flag of the pipeline  |

  Scenario: Options that steps don't have are told of
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      all:
        steps:
          - train --stage lr=3
      """
    When I run "guild run all -y"
    Then it prints "loss: 6"
    And it says:
      """
      WARNING: [guild] run parameter stage used in 'train --stage lr=3' ignored
      INFO: [guild] running train: train lr=3
      """

  Scenario: A pipeline can be staged, and its steps are made when it starts
    When I run "guild run all lr=2 --stage --tag red --run-id ppp -y"
    Then the runs are:
      | id  | operation | status |
      | ppp | all       | staged |
    When I run "guild run --start ppp -y"
    Then it says:
      """
      INFO: [guild] running train: train --tag red lr=2
      INFO: [guild] running look at it: check --tag red fail=no
      """
    And the run "ppp" is completed

  Scenario: Guild asks before it runs a pipeline
    When I answer "n" to "guild run all"
    Then it says "You are about to run all"
    And there are no runs

  Scenario: A pipeline is run again only if that is needed
    When I run "guild run all -y"
    And I run "guild run all --needed -y"
    Then it says "Skipping because the following runs match this operation (--needed specified):"
    And there are 3 runs

  Scenario: With needed, only what failed is run again
    Given I run "guild run all fail=yes --run-id ppp -y"
    When I run "guild run --restart ppp fail=no --needed -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] restarting train: ... --needed lr=0.5
      Skipping run because flags have not changed (--needed specified)
      INFO: [guild] restarting look at it: ... fail=no
      """
    When I run "guild run --restart ppp --needed -y"
    Then it says "Skipping run because flags have not changed (--needed specified)"
    And there are 3 runs

  Scenario Outline: A signal to guild stops the step and the pipeline
    Given a script "wait.py" that runs until it is stopped
    And a file "guild.yml":
      """
      all:
        steps:
          - wait.py
          - train.py
      """
    When "guild run all --run-id ppp -y" is under way
    And guild gets <signal>
    Then guild ends
    And the runs are:
      | operation | status     |
      | wait.py   | terminated |
      | all       | terminated |

    Examples:
      | signal  |
      | SIGINT  |
      | SIGTERM |

  Scenario: A pipeline is stopped by its id
    Given a script "wait.py" that runs until it is stopped
    And a file "guild.yml":
      """
      all:
        steps:
          - wait.py
          - train.py
      """
    When "guild run all --run-id ppp -y" is under way
    And I run "guild stop ppp -y"
    Then guild ends with exit status 241
    And the runs are:
      | operation | status     |
      | wait.py   | terminated |
      | all       | terminated |

  Scenario: A pipeline goes on in the background
    When I run "guild run all --background --run-id ppp -y"
    Then it says "all started in background as ppp (pidfile ...)"
    And the run "ppp" becomes completed
    And there are 3 runs

  Scenario: A pipeline has no more time than it is given
    Given a script "wait.py" that runs until it is stopped
    And a file "guild.yml":
      """
      all:
        steps:
          - wait.py
          - train.py
      """
    When I run "guild run all --stop-after 0.02 -y"
    Then it fails with exit status 241
    And it says:
      """
      INFO: [guild] running wait.py: wait.py
      Stopping process early (pid ...) - 0.0 minute(s) elapsed
      """
    And the runs are:
      | operation | status     |
      | wait.py   | terminated |
      | all       | terminated |
