Feature: Writing flags and comments in an editor
  Where there is much to set, the flags of a run and its comment can be written in the editor
  that VISUAL or EDITOR names.

  Background:
    Given a script "train.py":
      """
      import argparse

      parser = argparse.ArgumentParser()
      parser.add_argument("--lr", type=float, default=0.1, help="How fast to learn.")
      parser.add_argument("--kind", choices=["small", "large"], default="small")
      args = parser.parse_args()
      print(args.lr, args.kind)
      """

  Scenario: The flags are edited before the run
    Given an editor that runs:
      """
      sed -i -e 's/^lr: .*/lr: 0.7/' -e 's/^kind: .*/kind: large/' "$1"
      """
    When I run "guild run train.py --edit-flags -y"
    Then it prints "0.7 large"
    And the flags of the latest run are:
      | kind | large |
      | lr   | 0.7   |

  Scenario: The text shows what is known of the flags
    Given an editor that runs:
      """
      cat "$1"
      """
    When I run "guild run train.py lr=0.5 -e -y"
    Then it prints:
      """
      # Editing flags for train.py

      kind: small
        # Choices: small, large
      lr: 0.5
        # How fast to learn.
      0.5 small
      """

  Scenario: The edited flags are shown before Guild asks
    Given an editor that runs:
      """
      sed -i 's/^lr: .*/lr: 0.7/' "$1"
      """
    When I answer "n" to "guild run train.py --edit-flags"
    Then it says:
      """
      You are about to run train.py
        kind: small
        lr: 0.7
      Continue? (Y/n)
      """
    And there are no runs

  Scenario: Whether a run is needed is decided by the edited flags
    Given I ran "guild run train.py -y"
    And an editor that runs:
      """
      sed -i 's/^lr: .*/lr: 0.7/' "$1"
      """
    When I run "guild run train.py --edit-flags --needed -y"
    Then it prints "0.7 small"
    When I run "guild run train.py --edit-flags --needed -y"
    Then it prints nothing
    And it says "Skipping because the following runs match this operation (--needed specified):"

  Scenario: A text that was emptied leaves the flags as they are
    Given an editor that runs:
      """
      : > "$1"
      """
    When I run "guild run train.py lr=0.5 -e -y"
    Then it prints "0.5 small"

  Scenario: What can't be read can be edited again
    Given an editor that runs:
      """
      if grep -q bad "$1"; then echo 'lr: 0.9' > "$1"; else echo 'bad: [' > "$1"; fi
      """
    When I answer "y" to "guild run train.py -e -y"
    Then it says "Error reading flags: ..."
    And it prints "0.9 small"
    When I answer "n" to "guild run train.py -e -y"
    Then it fails with exit status 1
    And there are 1 runs

  Scenario: A comment is written in the editor
    Given an editor that runs:
      """
      grep -q '^#' "$1" && echo 'better than before' >> "$1"
      """
    When I run "guild run train.py --edit-comment -y"
    Then it prints "0.1 small"
    When I run "guild comment --list"
    Then it prints "  better than before"
    And it does not print "#"

  Scenario: The comment that is edited may be given
    Given an editor that runs:
      """
      sed -i 's/first/second/' "$1"
      """
    When I run "guild run train.py -ec --comment 'my first' -y"
    And I run "guild comment --list"
    Then it prints "  my second"

  Scenario: Without a comment there is no run
    Given an editor that runs:
      """
      true
      """
    When I run "guild run train.py --edit-comment -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: Aborting due to an empty comment.
      """
    And there are no runs

  Scenario Outline: An editor that fails leaves no run behind
    Given the environment variable EDITOR is "<editor>"
    When I run "guild run train.py <option> -y"
    Then it fails with exit status 1
    And it says "guild: <message>"
    And there are no runs

    Examples:
      | editor      | option         | message                                                |
      | false       | --edit-flags   | editor 'false' failed with exit status 1               |
      | no-such-one | --edit-flags   | cannot run editor 'no-such-one': No such file or directory |
      | no-such-one | --edit-comment | cannot run editor 'no-such-one': No such file or directory |
