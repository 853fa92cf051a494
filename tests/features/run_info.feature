Feature: What is known of a run
  `guild runs info` shows one run in full.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      name = "a b"
      print("loss: 0.5")
      print("loss: 0.25 (step 2)")
      """
    And a run "aaa" of "train.py --tag good"

  Scenario: Everything about the latest run
    When I run "guild runs info"
    Then it prints:
      """
      id: aaa
      operation: train.py
      from: ...
      status: completed
      started: ...
      stopped: ...
      marked: no
      label: good lr=0.1 name='a b'
      sourcecode_digest: ...
      vcs_commit:
      run_dir: .../runs/aaa
      command: ... -um guild.op_main train --lr 0.1 --name "a b"
      exit_status: 0
      pid:
      tags:
        - good
      flags:
        lr: 0.1
        name: a b
      scalars:
        loss: 0.250000 (step 2)
      """

  Scenario: Scalars are summarised
    When I run "guild runs info --all-scalars"
    Then it prints "...loss:"
    And it prints "    avg: 0.375000 (step 2)"
    And it prints "    total: 0.750000 (step 2)"
    And it prints "    first: 0.500000 (step 0)"
    And it prints "    last: 0.250000 (step 2)"
    And it prints "    max: 0.500000 (step 0)"
    And it prints "    min: 0.250000 (step 2)"

  Scenario Outline: More is shown if it is asked for
    Given I ran "guild comment aaa --add 'well done' -y"
    When I run "guild runs info <option>"
    Then it prints "<line>"

    Examples:
      | option     | line            |
      | --comments | ...well done... |
      | --env      | environment:    |
      | --deps     | dependencies:   |
      | --manifest | manifest:       |

  Scenario: Scripts get it as JSON
    When I run "guild runs info --json"
    Then it prints JSON that begins:
      | id  | operation | status    | exit_status | flags                      | tags     |
      | aaa | train.py  | completed | 0           | {"lr": 0.1, "name": "a b"} | ["good"] |

  Scenario: A run that is not there
    When I run "guild runs info nope"
    Then it fails with exit status 1
    And it says "guild: could not find a run matching 'nope'"
