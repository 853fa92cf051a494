Feature: Help and completion
  Every command explains itself, and the shell completes what is typed.

  Scenario: The version
    When I run "guild --version"
    Then it prints "guild ..."

  Scenario Outline: The same help in three ways
    When I run "guild <line>"
    Then it succeeds
    And it prints "Usage: guild runs <word> [OPTIONS] [RUN]..."

    Examples:
      | line               | word   |
      | runs delete --help | delete |
      | help runs delete   | delete |
      | runs rm --help     | rm     |

  Scenario: Help lists the commands
    When I run "guild --help"
    Then it prints "  run              Run an operation."
    And it prints "  runs             List and manage runs."

  Scenario Outline: What can't be understood is refused, and help is offered
    When I run "guild <line>"
    Then it fails with exit status 2
    And it says:
      """
      guild: <message>
      Try 'guild <help>' for more information.
      """

    Examples:
      | line        | message                                                               | help             |
      | nope        | No such command 'nope'...                                             | --help           |
      | runs --nope | unrecognized option '--nope'                                          | runs --help      |
      | runs list x | unexpected extra argument 'x'                                         | runs list --help |
      | runs -n x   | Invalid value for '-n' / '--limit': 'x' is not a valid integer range. | runs --help      |
      | runs -n 0   | Invalid value for '-n' / '--limit': 0 is not in the range x>=1.       | runs --help      |
      | compare -n  | Option '-n' requires an argument.                                     | compare --help   |

  Scenario: A script explains its flags
    Given a script "train.py":
      """
      import argparse
      parser = argparse.ArgumentParser()
      parser.add_argument("--lr", type=float, default=0.1, help="How fast to learn.")
      parser.parse_args()
      """
    When I run "guild run train.py --help-op"
    Then it prints "  lr  How fast to learn. (default is 0.1)"

  Scenario Outline: A home or directory that is not there is refused
    When I run "guild <option> nowhere runs"
    Then it fails with exit status 1
    And it says "guild: directory '...nowhere' does not exist"

    Examples:
      | option |
      | -H     |
      | -C     |

  Scenario Outline: Completion for each shell
    When I run "guild completion --shell <shell>"
    Then it succeeds
    And it prints "...guild..."

    Examples:
      | shell |
      | bash  |
      | zsh   |
      | fish  |

  Scenario: Completion is installed once
    Given the environment variable SHELL is "/bin/bash"
    And the user has a file ".bashrc"
    When I run "guild completion --install"
    Then it succeeds
    And the user's ".bashrc" speaks of guild in 1 lines
    When I run "guild completion --install"
    Then it succeeds
    And the user's ".bashrc" speaks of guild in 1 lines
