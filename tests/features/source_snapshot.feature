Feature: Source code snapshot
  A run keeps a copy of the project's source code, so that it can be read, compared and run
  again when the project has long moved on. What is no source code is left out.

  Background:
    Given a script "train.py":
      """
      print("ok")
      """

  Scenario: Text files of the project are copied, in all directories
    Given a file "lib/model.py":
      """
      layers = 3
      """
    And a file "config.yml":
      """
      rate: 0.1
      """
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py     |
      | lib/model.py |
      | config.yml   |
    And it says nothing

  Scenario: What tools make is left out without a word
    Given a file "venv/pyvenv.cfg":
      """
      home = /usr/bin
      """
    And a file "venv/lib/module.py":
      """
      """
    And a file "__pycache__/train.pyc":
      """
      """
    And a file "node_modules/left.js":
      """
      """
    And a file "build/lib.py":
      """
      """
    And a file ".cache/notes.txt":
      """
      """
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py |
    And it says nothing

  Scenario: A large file is left out, and one line says so
    Given a file "data.csv" of 2 megabytes
    When I run "guild run train.py -y"
    Then it prints "ok"
    And the source code of the latest run is:
      | train.py |
    And it says one line about "data.csv"

  Scenario: Many files are left out, and one line says so
    Given 120 files in "data"
    When I run "guild run train.py -y"
    Then the latest run has 100 source files
    And it says one line about "100"

  Scenario: What would be copied can be seen without a run
    Given a file "lib/model.py":
      """
      layers = 3
      """
    And a file "data.csv" of 2 megabytes
    And a binary file "lib/weights.bin"
    And an empty file "build/lib.py"
    And an empty file "lib/big/.guild-nocopy"
    When I run "guild run train.py --test-sourcecode"
    Then it succeeds
    And it prints:
      """
      Copying from the current directory
      Rules:
        ...
        exclude dir .*, build, dist, *.egg-info
        include text * size < 1048577, max match 100
        ...
      Selected for copy:
        train.py         include text * size < 1048577, max match 100
        lib/model.py     include text * size < 1048577, max match 100
      Skipped:
        build/           exclude dir .*, build, dist, *.egg-info
        data.csv         too big: include text * size < 1048577, max match 100
        lib/big/         exclude dir * containing .guild-nocopy
        lib/weights.bin  no rule
      """
    And it says one line about "data.csv"
    And there are no runs

  Scenario: A script elsewhere brings its own directory
    Given a file "../other/show.py":
      """
      print("elsewhere")
      """
    When I run "guild run ../other/show.py --test-sourcecode"
    Then it prints "Copying from '../other'"
    And it prints "  show.py  include text * ..."

  Scenario: What would be copied in a Git work tree can be seen as well
    Given the project is a Git repository
    And a file ".gitignore":
      """
      *.log
      """
    And an empty file "a.log"
    And a binary file "image.png"
    When I run "guild run train.py --test-sourcecode"
    Then it prints:
      """
      Copying from the current directory
      Rules:
        ...
        include *
        exclude * named in ignore files
        exclude dir * named in ignore files
        exclude .git*, .guildignore
      Selected for copy:
        image.png   include *
        train.py    include *
      Skipped:
        .git/       exclude dir ...
        .gitignore  exclude .git*, .guildignore
        a.log       exclude * named in ignore files
      """

  Scenario: The limits can be set in the environment
    Given the environment variable MAX_DEFAULT_SOURCECODE_COUNT is "2"
    And the environment variable MAX_DEFAULT_SOURCECODE_FILE_SIZE is "20"
    And a file "a.txt":
      """
      1
      """
    And a file "b.txt":
      """
      longer than twenty characters
      """
    And a file "z.txt":
      """
      1
      """
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | a.txt    |
      | train.py |
    And it says "WARNING: ... left out b.txt (larger than 20 bytes); 1 text file(s) after the first 2"
    When I run "guild run train.py --test-sourcecode"
    Then it prints "  include text * size < 21, max match 2"

  Scenario Outline: A limit that is no number is refused, and nothing is made
    Given the environment variable <name> is "<value>"
    When I run "guild run train.py -y"
    Then it fails with exit status 1
    And it says "guild: invalid value for <name> '<value>': must be a number such as <example>"
    And there are no runs

    Examples:
      | name                            | value | example |
      | MAX_DEFAULT_SOURCECODE_COUNT     | -1    | 100     |
      | MAX_DEFAULT_SOURCECODE_COUNT     | many  | 100     |
      | MAX_DEFAULT_SOURCECODE_FILE_SIZE | 1M    | 1048576 |

  Scenario: Copying can be turned off
    Given the environment variable NO_SOURCECODE is "1"
    When I run "guild run train.py --debug-sourcecode . -y"
    Then it prints "ok"
    When I run "guild ls -s -n"
    Then it prints nothing
    When I run "guild run train.py --test-sourcecode"
    Then it prints "Source code copy disabled"
    And it does not print "Selected for copy"

  Scenario: Binary files are no source code
    Given a binary file "model.bin"
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py |

  Scenario: What .gitignore names is left out
    Given the project is a Git repository
    And a file ".gitignore":
      """
      secrets.txt
      logs/
      *.tmp
      !keep.tmp
      """
    And a file "secrets.txt":
      """
      """
    And a file "logs/today.txt":
      """
      """
    And a file "a.tmp":
      """
      """
    And a file "keep.tmp":
      """
      """
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py |
      | keep.tmp |

  Scenario: The runs themselves are never copied, even if Guild's home is in the project
    Given Guild's home is the directory "experiments" of the project
    And I ran "guild run train.py -y"
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py |
    And it says nothing

  Scenario: A directory can be marked as none to copy
    Given an empty file "big/.guild-nocopy"
    And a file "big/notes.txt":
      """
      much
      """
    When I run "guild run train.py -y"
    Then the source code of the latest run is:
      | train.py |

  Scenario: The commit is recorded, with a mark if files changed since
    Given the project is a Git repository
    And all files are committed
    And I ran "guild run train.py --run-id clean -y"
    When I change "train.py" to:
      """
      print("not committed")
      """
    And I run "guild run train.py --run-id dirty -y"
    Then the run "clean" has the commit of the project
    And the run "dirty" has the commit of the project, marked as changed

  Scenario: Equal source code has an equal digest
    Given I ran "guild run train.py --run-id one -y"
    And I ran "guild run train.py --run-id two -y"
    When I change "train.py" to:
      """
      print("changed")
      """
    And I run "guild run train.py --run-id three -y"
    Then the digests of the runs "one" and "two" are equal
    And the digests of the runs "one" and "three" differ

  Scenario: A run starts from the copy it has
    Given I ran "guild run train.py --run-id one -y"
    When I change "train.py" to:
      """
      print("changed")
      """
    And I run "guild run --restart one -y"
    Then it prints "ok"
    When I run "guild run --restart one -y --force-sourcecode"
    Then it prints "changed"
    When I run "guild run --restart one -y"
    Then it prints "changed"
