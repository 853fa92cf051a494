Feature: Checking the setup and the runs
  `guild check` shows what Guild works with, and names what is damaged among the runs, without
  changing anything.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a run "aaa" of "train.py"

  Scenario: All is well
    When I run "guild check"
    Then it succeeds
    And it prints "guild_version:             ..."
    And it prints "guild_home:                .../home"
    And it prints "python_version:            ..."

  Scenario: A damaged attribute is named
    Given the attribute "flags" of the run "aaa" is damaged
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/aaa/.guild/attrs/flags: unreadable attribute..."

  Scenario: A run that was never finished being made is named
    Given the run "aaa" has lost what says which operation it is of
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/aaa: run that was never finished being made..."

  Scenario: What does not belong among the runs is named
    Given there is a file "notes" among the runs
    And there is a directory "stuff" among the runs
    When I run "guild check"
    Then it fails with exit status 1
    And it prints ".../runs/notes: not a directory..."
    And it prints ".../runs/stuff: not a run..."

  Scenario: A lock that nobody holds any more is named
    Given the run "aaa" is locked by a process that ended
    When I run "guild check"
    Then it succeeds
    And it prints ".../runs/aaa/.guild/LOCK: lock of a process that ended without a word..."

  Scenario: Damage is told to scripts as well
    Given the attribute "label" of the run "aaa" is damaged
    When I run "guild check --json"
    Then it fails with exit status 1
    And it prints "..."damage": [{..."

  Scenario Outline: The version is checked
    When I run "guild check --version '<wanted>' --no-info"
    Then it <outcome>

    Examples:
      | wanted | outcome                  |
      | >=0.9  | succeeds                 |
      | <0.7   | fails with exit status 1 |

  Scenario Outline: A mistake in the steps of a pipeline is named with its place
    Given a file "guild.yml":
      """
      train:
        flags-import: all
      p:
        flags: {a: 1}
        steps:
          - <step>
      """
    When I run "guild check --no-info"
    Then it fails with exit status 1
    And it prints "error in .../guild.yml:<place>"

    Examples:
      | step                                 | place                                                                                                        |
      | [1, 2]                               | 6: p.steps[0]: invalid step data [1, 2]: expected an operation or a mapping                                  |
      | {name: x}                            | 6: p.steps[0]: invalid step {'name': 'x'}: must define run                                                   |
      | {run: train, flags: 1}               | 6: p.steps[0].flags: invalid flags value 1: expected a mapping, or a list of NAME=VALUE                      |
      | {run: train, max-trials: x}          | 6: p.steps[0].max-trials: invalid max-trials value 'x': expected a whole number                              |
      | {run: train, expect: {output: '(['}} | 6: p.steps[0].expect.output: invalid output value '([': expected a regular expression...                     |
      | train --foo                          | 3: p.steps: invalid run spec 'train --foo': No such option '--foo'.                                          |
      | train 'lr=1                          | 3: p.steps: invalid run spec 'train 'lr=1': No closing quotation                                             |
      | train bogus                          | 3: p.steps: invalid argument(s):...                                                                          |
      | train lr=${zz}                       | 3: p.steps: invalid value for lr of step 'train': 'zz' is not a flag of the pipeline                         |
      | nosuch                               | 3: p.steps: step 'nosuch' of 'p': ...                                                                        |
      | train bad=1                          | 3: p.steps: step 'train' of 'p': unsupported flag 'bad'...                                                   |
      | train -o nosuch                      | 3: p.steps: step 'train' of 'p': cannot find optimizer 'nosuch'...                                           |

  Scenario: What is odd in guild.yml is no error
    Given a file "guild.yml":
      """
      train:
        sourcecode:
          root: nodir
      p:
        steps:
          - run: train --stage
            bogus: 1
      """
    When I run "guild check --no-info"
    Then it succeeds
    And it prints:
      """
      warning: .../guild.yml:7: unexpected step attribute 'bogus'
      warning: .../guild.yml:4: p.steps: run parameter stage used in 'train --stage' ignored
      warning: .../guild.yml:1: train.sourcecode.root: there is no directory 'nodir'
      """

  Scenario: What is wrong in an included file is named with that file
    Given a file "more.yml":
      """
      - config: base
        operations:
          inherited:
            steps: [nosuch]
      - model: more
        operations:
          p:
            steps: [nosuch]
          train:
            sourcecode:
              root: nodir
      """
    And a file "guild.yml":
      """
      - include: more.yml
      - model: own
        extends: base
      """
    When I run "guild check --no-info"
    Then it fails with exit status 1
    And it prints "error in .../more.yml:7: more:p.steps: step 'nosuch' of 'more:p'..."
    And it prints "error in .../more.yml:3: own:inherited.steps: step 'nosuch' of..."
    And it prints "warning: .../more.yml:9: more:train.sourcecode.root: there is no directory 'nodir'"

  Scenario: A dependency on an operation that the project does not have is odd
    Given a file "guild.yml":
      """
      - model: cnn
        operations:
          prepare: {main: train}
          train:
            requires:
              - operation: prepar
              - operation: prepare,cn:prepare
          ok:
            main: train
            requires:
              - operation: prepare
              - operation: cnn:prep.*
              - operation: ${flag}
              - operation: other/prepar
              - operation: train.py
              - operation: nothing
      """
    When I run "guild check --no-info"
    Then it succeeds
    And it prints:
      """
      warning: .../guild.yml:8: cnn:ok.requires: the project has no operation 'nothing'
      warning: .../guild.yml:4: cnn:train.requires: the project has no operation 'prepar' - did you mean 'prepare'?
      warning: .../guild.yml:4: cnn:train.requires: the project has no operation 'cn:prepare' - did you mean 'cnn:prepare'?
      """

  Scenario: A dependency that can't be the name of an operation is wrong
    Given a file "guild.yml":
      """
      train:
        requires:
          - operation: 'prep('
      """
    When I run "guild check --no-info"
    Then it fails with exit status 1
    And it prints "error in .../guild.yml:1: train.requires: invalid operation reference 'prep('"

  Scenario: Source code stays in the run directory
    Given a file "guild.yml":
      """
      train:
        sourcecode:
          dest: ../x
      """
    When I run "guild check --no-info"
    Then it fails with exit status 1
    And it prints "error in .../guild.yml:3: train.sourcecode.dest: invalid dest value '../x': expected a path in the run directory"
