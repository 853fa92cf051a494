Feature: Labels
  A label says in a few words what is special about a run. By default it shows the flags.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      name = None
      """

  Scenario: The default label shows the flags that have a value
    When I run "guild run train.py lr=0.123456789 -y"
    Then the runs are:
      | label      |
      | lr=0.12345 |

  Scenario Outline: A label given with a run may show flags
    When I run "guild run train.py lr=0.5 --label '<template>' -y"
    Then the runs are:
      | label   |
      | <label> |

    Examples:
      | template                  | label        |
      | baseline                  | baseline     |
      | rate ${lr}                | rate 0.5     |
      | ${name\|default:none} run | none run     |
      | ${default_label} again    | lr=0.5 again |
      |                           |              |

  Scenario Outline: A label can be changed later
    Given a run "aaa" of "train.py --label old"
    When I run "guild label aaa <change> -y"
    Then it succeeds
    And it says "<said>"
    And the runs are:
      | label   |
      | <label> |

    Examples:
      | change                 | label     | said                       |
      | --set new              | new       | Labeled 1 run(s)           |
      | --set 'rate ${lr}'     | rate 0.1  | Labeled 1 run(s)           |
      | --append later         | old later | Labeled 1 run(s)           |
      | --prepend very         | very old  | Labeled 1 run(s)           |
      | --set '${label} ${lr}' | old 0.1   | Labeled 1 run(s)           |
      | --remove old           |           | Labeled 1 run(s)           |
      | --clear                |           | Cleared label for 1 run(s) |

  Scenario: Parts of a label are removed as they are written
    Given a run "aaa" of "train.py --label 'a.c abc'"
    When I run "guild label aaa --remove a.c -y"
    Then the runs are:
      | label |
      | abc   |

  Scenario: Guild asks before it changes labels
    Given a run "aaa" of "train.py --label old"
    When I answer "n" to "guild label aaa --set new"
    Then it fails with exit status 4
    And it says:
      """
      You are about to label the following runs with 'new':
        [aaa]  train.py  ...  completed  old
      Continue? (Y/n)
      """
    And the runs are:
      | label |
      | old   |

  Scenario: Without a run the latest one is meant
    Given a run "aaa" of "train.py"
    And a run "bbb" of "train.py"
    When I run "guild label --set new -y"
    Then the runs are:
      | id  | label  |
      | bbb | new    |
      | aaa | lr=0.1 |

  Scenario: Several runs are labeled at once
    Given a run "aaa" of "train.py"
    And a run "bbb" of "train.py"
    When I run "guild label 1:2 --set same -y"
    Then it says "Labeled 2 run(s)"
    And the runs are:
      | label |
      | same  |
      | same  |
