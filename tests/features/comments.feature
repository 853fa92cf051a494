Feature: Comments
  Comments keep what somebody thought about a run, with their name and the time.

  Background:
    Given a script "plain.py":
      """
      print("ok")
      """
    And a run "aaa" of "plain.py"

  Scenario: A comment is added and listed
    When I run "guild comment aaa --add 'a good one' --user ann@lab -y"
    Then it says "Added comment to 1 run(s)"
    When I run "guild comment aaa --list"
    Then it prints:
      """
      aaa  plain.py  ...  completed
      [1] ann@lab ...

        a good one

      """

  Scenario: Runs without comments say so
    When I run "guild comment aaa --list"
    Then it prints "  <no comments>"

  Scenario: A comment is written in an editor
    Given the editor writes "from the editor"
    When I run "guild comment aaa"
    And I run "guild comment aaa --list"
    Then it prints "  from the editor"

  Scenario: An empty comment is none
    Given the editor writes ""
    When I run "guild comment aaa"
    Then it fails with exit status 1
    And it says "...Aborting due to an empty comment."
    When I run "guild comment aaa --list"
    Then it prints "  <no comments>"

  Scenario: One comment is deleted by its number
    Given I ran "guild comment aaa --add first -y"
    And I ran "guild comment aaa --add second -y"
    When I run "guild comment aaa --delete 1 -y"
    Then it says "Deleted comment for 1 run(s)"
    When I run "guild comment aaa --list"
    Then it prints "  second"
    And it does not print "first"

  Scenario: A comment that is not there can't be deleted
    When I run "guild comment aaa --delete 2 -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: there is no comment 2
      Try 'guild comment --list' for a list.
      """

  Scenario: Deleting all comments is asked about, and no is the default
    Given I ran "guild comment aaa --add first -y"
    When I answer "" to "guild comment aaa --clear"
    Then it fails with exit status 4
    And it says:
      """
      WARNING: You are about to delete ALL comments from the following runs:
        [aaa]  plain.py  ...  completed
      Continue? (y/N)
      """
    When I run "guild comment aaa --clear -y"
    Then it says "Deleted all comments for 1 run(s)"

  Scenario: Runs are found by what a comment says
    Given I ran "guild comment aaa --add 'A Good one' -y"
    And a run "bbb" of "plain.py"
    When I run "guild select --all -Fc good"
    Then it prints:
      """
      aaa
      """
    When I run "guild select --all -Fc -"
    Then it prints:
      """
      bbb
      """
