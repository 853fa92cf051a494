Feature: Staging and starting runs
  A run can be made now and started later, by hand or by something else. What is started is
  what was staged: its flags and its source code as they were then.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      print(f"training at {lr}")
      """

  Scenario: A staged run waits to be started
    When I run "guild run train.py lr=0.2 --stage --run-id aaa -y"
    Then it prints:
      """
      train.py staged as aaa
      To start the operation, use 'guild run --start aaa'
      """
    And the runs are:
      | id  | operation | status | label  |
      | aaa | train.py  | staged | lr=0.2 |

  Scenario: A staged run is started by its id
    Given I ran "guild run train.py lr=0.2 --stage --run-id aaa -y"
    When I run "guild run --start aaa -y"
    Then it prints "training at 0.2"
    And the run "aaa" is completed

  Scenario: A staged run is started by its operation, even if there are finished runs
    Given a run "old" of "train.py"
    And I ran "guild run train.py lr=0.2 --stage --run-id aaa -y"
    And a run "new" of "train.py"
    When I run "guild run --start train.py -y"
    Then it prints "training at 0.2"
    And the run "aaa" is completed

  Scenario: A staged run starts with the source code it was staged with
    Given I ran "guild run train.py --stage --run-id aaa -y"
    When I change "train.py" to:
      """
      print("changed")
      """
    And I run "guild run --start aaa -y"
    Then it prints "training at 0.1"

  Scenario: Flags can be changed when it starts
    Given I ran "guild run train.py --stage --run-id aaa -y"
    When I run "guild run --start aaa lr=0.3 -y"
    Then it prints "training at 0.3"
    And the flags of the run "aaa" are:
      | lr | 0.3 |

  Scenario: Guild asks before it stages
    When I answer "y" to "guild run train.py --stage --run-id aaa"
    Then it says:
      """
      You are about to stage train.py
        lr: 0.1
      Continue? (Y/n)
      """
    And the run "aaa" is staged

  Scenario: A run staged in a directory of its own says how to start it without Guild
    When I run "guild run train.py --stage --run-dir staged -y"
    Then it prints:
      """
      train.py staged in '.../staged'
      To start the operation, use "(cd '.../staged' && source .guild/ENV && ... -um guild.op_main train --lr 0.1)"
      """
    And it says nothing

  Scenario: Secrets are not kept with a staged run
    Given the environment variable API_TOKEN is "s3cret"
    And the environment variable COLOUR is "green"
    When I run "guild run train.py --stage --run-id aaa -y"
    And I run "guild cat aaa -p .guild/ENV"
    Then it prints "export COLOUR=green"
    And it does not print "s3cret"
