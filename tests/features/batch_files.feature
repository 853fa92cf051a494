Feature: Batch files
  A file may have the flags of trials, a row for each. It is given as @FILE among the flags.

  Background:
    Given a script "train.py":
      """
      x = 1
      y = 2
      print(f"x={x} y={y}")
      """

  Scenario: A CSV file has names in the first line and trials in the others
    Given a file "trials.csv":
      """
      x,y
      3,4
      5,6
      """
    When I run "guild run train.py @trials.csv -y"
    Then it prints:
      """
      x=3 y=4
      x=5 y=6
      """
    And there are 2 trials
    And there is no batch

  Scenario: A file without extension is CSV
    Given a file "trials":
      """
      x
      3
      5
      """
    When I run "guild run train.py @trials --print-trials"
    Then it prints:
      """
      #  x  y
      1  3  2
      2  5  2
      """

  Scenario: A short row lacks the last flags
    Given a file "trials.csv":
      """
      x,y
      3
      5,6
      """
    When I run "guild run train.py @trials.csv --print-trials"
    Then it prints:
      """
      #  x  y
      1  3  2
      2  5  6
      """

  Scenario Outline: JSON and YAML files are lists of maps
    Given a file "trials.<extension>":
      """
      [{"x": 3, "y": 4}, {"x": 5}]
      """
    When I run "guild run train.py @trials.<extension> --print-trials"
    Then it prints:
      """
      #  x  y
      1  3  4
      2  5  2
      """

    Examples:
      | extension |
      | json      |
      | yml       |
      | yaml      |

  Scenario: Lists in a row stand for combinations
    Given a file "trials.yml":
      """
      - x: [1, 2]
        y: 10
      - x: 3
        y: 20
      """
    When I run "guild run train.py @trials.yml --print-trials"
    Then it prints:
      """
      #  x  y
      1  1  10
      2  2  10
      3  3  20
      """

  Scenario: What is given on the command line counts more than rows
    Given a file "trials.csv":
      """
      x,y
      3,4
      5,6
      """
    When I run "guild run train.py @trials.csv y=0 --print-trials"
    Then it prints:
      """
      #  x  y
      1  3  0
      2  5  0
      """

  Scenario: Several files are read one after another
    Given a file "one.csv":
      """
      x
      3
      """
    And a file "two.json":
      """
      {"x": 5}
      """
    When I run "guild run train.py @one.csv @two.json --print-trials"
    Then it prints:
      """
      #  x  y
      1  3  2
      2  5  2
      """

  Scenario: One row makes a run, no batch
    Given a file "trials.json":
      """
      {"x": 3}
      """
    When I run "guild run train.py @trials.json --run-id aaa -y"
    Then it prints "x=3 y=2"
    And it says nothing
    And the runs are:
      | id  | operation | label   |
      | aaa | train.py  | x=3 y=2 |

  Scenario: Saved trials can be read again
    Given I ran "guild run train.py x=[1,2] y=linspace[0:1:2] --save-trials saved.csv"
    When I run "guild run train.py @saved.csv --print-trials"
    Then it prints:
      """
      #  x  y
      1  1  0.0
      2  1  1.0
      3  2  0.0
      4  2  1.0
      """

  Scenario: Trials with texts, null and what looks like a search can be read again
    Given a script "kinds.py":
      """
      z = "a"
      """
    And I ran "guild run kinds.py z=[0012,yes,null,1.0,\'null\',\'[1:2]\'] --save-trials saved.csv"
    When I run "guild run kinds.py @saved.csv --print-trials"
    Then it prints:
      """
      #  z
      1  '0012'
      2  'yes'
      3  null
      4  '1.0'
      5  'null'
      6  [1:2]
      """

  Scenario: Flags of text have numbers of files as they are written
    Given a script "kinds.py":
      """
      z = "a"
      """
    And a file "trials.yml":
      """
      - z: 01111113
      - z: [12e4, yes]
      """
    When I run "guild run kinds.py @trials.yml --print-trials"
    Then it prints:
      """
      #  z
      1  '01111113'
      2  '12e4'
      3  'yes'
      """

  Scenario: The question says that rows count more than the flags shown
    Given a file "trials.csv":
      """
      x
      3
      5
      """
    When I answer "n" to "guild run train.py @trials.csv"
    Then it says:
      """
      You are about to run train.py as a batch (2 trials) (flags below used unless specified in batch trial)
        x: 1
        y: 2
      Continue? (Y/n)
      """

  Scenario Outline: A file that can't be read is refused before anything runs
    Given a file "<name>":
      """
      <text>
      """
    When I run "guild run train.py @<name> -y"
    Then it fails with exit status 1
    And it says "guild: cannot read trials for ...<name>: <why>"
    And there are no runs

    Examples:
      | name   | text         | why                                                           |
      | f.txt  | x            | unsupported extension                                         |
      | f.json | 1            | invalid data type for trials: expected list or dict, got int  |
      | f.json | [123]        | invalid data type for trial 123: expected dict                |
      | f.json | [{}, 123]    | invalid data type for trial 123: expected dict (item 2)       |
      | f.json | {"x":1,"x":2} | trial 1: there are two values for flag 'x'                   |
      | f.csv  | x;y          | line 1: 'x;y' is no name of a flag                            |
      | f.yml  | x: !foo 3    | trial 1, flag 'x': unexpected type !foo                       |
      | f.json | [{"x": 1},   | line 2, column 1: ...                                         |
      | f.yml  | [{"x": 1},   | ...at line 2...                                                |

  Scenario: A file without trials is refused
    Given a file "trials.csv":
      """
      x,y
      """
    When I run "guild run train.py @trials.csv -y"
    Then it fails with exit status 1
    And it says "guild: there are no trials in trials.csv"
    And there are no runs

  Scenario: The line at fault is named
    Given a file "trials.csv":
      """
      x,y
      3,4
      5,6,7
      """
    When I run "guild run train.py @trials.csv -y"
    Then it fails with exit status 1
    And it says "guild: cannot read trials for ...trials.csv: line 3: there are 3 values for 2 flags"

  Scenario: A quote that is not closed is named with its line
    Given a file "trials.csv":
      """
      x,y
      3,"4
      """
    When I run "guild run train.py @trials.csv -y"
    Then it fails with exit status 1
    And it says "guild: cannot read trials for ...trials.csv: line 2: a quote is not closed"

  Scenario: A file that is not there is named
    When I run "guild run train.py @nope.csv -y"
    Then it fails with exit status 1
    And it says "guild: batch file ...nope.csv does not exist"
    And there are no runs

  Scenario: With --needed, other rows are other trials
    Given a file "one.csv":
      """
      x
      1
      2
      """
    And a file "other.csv":
      """
      x
      3
      4
      """
    And a run "bbb" of "train.py @one.csv --keep-batch"
    When I run "guild run train.py @other.csv --needed -y"
    Then it succeeds
    And there are 4 trials
