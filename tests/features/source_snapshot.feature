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
