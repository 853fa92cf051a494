Feature: Notebooks
  A notebook runs like a script: its constants are flags, and the run keeps it as it was executed.

  Background:
    Given a notebook "train.ipynb" with the cells:
      | %time                                   |
      | import os; lr = 0.1; name: str = "a"    |
      | print("loss:", lr * 2)                  |
      | train = "train(epochs=5)"; print(train) |

  Scenario: Constants of its cells are flags
    When I run "guild run train.ipynb --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] train.ipynb [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        lr     (default is 0.1)
        name   (default is a)
        train  (default is train(epochs=5))
      """

  Scenario: The run keeps what was executed
    When I run "guild run train.ipynb lr=2 --run-id aaa -y"
    Then it succeeds
    And it prints "loss: 4"
    When I run "guild cat aaa -p train.ipynb"
    Then it prints "...import os; lr = 2; name: str = ..."
    When I run "guild ls aaa -n"
    Then it prints "train.html"
    And it prints "train.ipynb"
    When I run "guild select --min loss --attr id"
    Then it prints "aaa"

  Scenario: A project names a notebook and says what is replaced in it
    Given a file "guild.yml":
      """
      fit:
        notebook: train.ipynb
        flags-import: [lr]
        flags:
          lr: 0.5
          epochs:
            nb-replace: epochs=(\d+)
            default: 9
      """
    When I run "guild run fit -y"
    Then it succeeds
    And it prints "loss: 1.0"
    And it prints "train(epochs=9)"

  Scenario: An operation can be named as its notebook
    Given a file "guild.yml":
      """
      train.ipynb:
        flags:
          lr: 4
      """
    When I run "guild run train.ipynb -y"
    Then it prints "loss: 8"
