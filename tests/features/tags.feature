Feature: Tags
  Tags are words that runs are grouped and found by.

  Background:
    Given a script "plain.py":
      """
      print("ok")
      """
    And a run "aaa" of "plain.py --tag one --tag two"

  Scenario: Tags given with a run go in front of its label
    Then the runs are:
      | tags    | label   |
      | one two | one two |

  Scenario Outline: Tags are changed later
    When I run "guild tag aaa <change> -y"
    Then it says "Modified tags for 1 run(s)"
    And the runs are:
      | tags   |
      | <tags> |

    Examples:
      | change                 | tags         |
      | --add best             | best one two |
      | --add one              | one two      |
      | --delete one           | two          |
      | --clear                |              |
      | --clear --add best     | best         |
      | --delete one --add six | six two      |

  Scenario: Labels follow tags if that is asked for
    When I run "guild tag aaa --delete one --add best --sync-labels -y"
    Then the runs are:
      | tags     | label    |
      | best two | best two |

  Scenario: Guild asks before it changes tags
    When I answer "n" to "guild tag aaa --add best"
    Then it fails with exit status 4
    And it says:
      """
      You are about to modify tags for the following runs:
      Labels are not updated - use --sync-labels to apply changes to run labels.
        [aaa]  plain.py  ...  completed  one two
      Continue? (Y/n)
      """

  Scenario: All tags in use are listed once
    Given a run "bbb" of "plain.py --tag two --tag three"
    When I run "guild tag --list-all"
    Then it prints:
      """
      one
      three
      two
      """

  Scenario: Runs are found by a tag
    Given a run "bbb" of "plain.py --tag two"
    When I run "guild select --all -Ft one"
    Then it prints:
      """
      aaa
      """
