Feature: The files of a run
  What a run was made from and what it made can be listed, read and opened.

  Background:
    Given a script "train.py":
      """
      from pathlib import Path
      Path("models").mkdir()
      Path("models/best.txt").write_text("weights\n")
      print("done")
      """
    And a file "lib/settings.py":
      """
      size = 3
      """
    And a run "aaa" of "train.py"

  Scenario: All files are listed
    When I run "guild ls"
    Then it prints:
      """
      .../runs/aaa:
        lib/
        lib/settings.py
        models/
        models/best.txt
        train.py
      """

  Scenario: Some files are listed
    Then "guild ls --no-format" lists:
      | options        | files                    |
      | --sourcecode   | lib/settings.py train.py |
      | --generated    | models/best.txt          |
      | --path models  | models/best.txt          |
      | --path lib/    | lib/settings.py          |
      | --path 'm*'    | models/ models/best.txt  |
      | --path '*.py'  | train.py                 |
      | --path 'lib/*' | lib/settings.py          |
      | --path nope    |                          |

  Scenario: Files are listed with their whole path
    When I run "guild ls --full-path --path train.py"
    Then it prints ".../runs/aaa/train.py"

  Scenario: Paths of other places are refused
    When I run "guild ls --path /etc"
    Then it fails with exit status 2
    And it says:
      """
      guild: PATH must be relative
      Try 'guild ls --help' for more information.
      """

  Scenario: A file is shown
    When I run "guild cat --path models/best.txt"
    Then it prints:
      """
      weights
      """

  Scenario: The source code is shown as it was when the run was made
    When I change "train.py" to:
      """
      print("changed")
      """
    And I run "guild cat --sourcecode --path train.py"
    Then it prints "print("done")"

  Scenario: The output is shown
    When I run "guild cat --output"
    Then it prints:
      """
      done
      """

  Scenario: A file that is not there
    When I run "guild cat --path nope.txt"
    Then it fails with exit status 1
    And it says "guild: .../runs/aaa/nope.txt does not exist"

  Scenario: One has to say what to show
    When I run "guild cat"
    Then it fails with exit status 2
    And it says:
      """
      guild: -p / --path is required unless --output is specified
      Try 'guild cat --help' for more information.
      """

  Scenario Outline: A run or a file of it is opened with a program
    When I run "guild open <options> --cmd echo"
    Then it prints "<path>"

    Examples:
      | options                | path                         |
      |                        | .../runs/aaa/                |
      | --path models/best.txt | .../runs/aaa/models/best.txt |
      | --output               | .../runs/aaa/.guild/output   |

  Scenario: A shell is started in the directory of a run
    When I run "guild open --shell-cmd pwd"
    Then it prints ".../runs/aaa"
    And it says:
      """
      Running a new shell in .../runs/aaa
      To exit the shell, type 'exit' and press Enter.
      """
