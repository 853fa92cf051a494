Feature: New projects
  A directory becomes a project with a home of its own, so that its runs are kept with it; with a
  small program to begin with and a virtual environment, if that is wanted.

  Background:
    Given no Guild home is named

  Scenario: Runs below the directory are kept there
    When I run "guild init"
    Then it succeeds
    And it says "Initializing Guild environment in ..."
    And the project has a file ".guild/.guild-nocopy"
    Given a script "train.py":
      """
      print("ok")
      """
    When I run "guild run train.py -y"
    Then there is one run in the home "project/.guild"

  Scenario: Another directory is made
    When I run "guild init new/project"
    Then it succeeds
    And it says "Initializing Guild environment in new/project"
    And the project has a file "new/project/.guild/.guild-nocopy"

  Scenario: A skeleton is a project that works
    When I run "guild init --skeleton"
    Then it says "Wrote guild.yml"
    And it says "Wrote train.py"
    When I run "guild run train steps=2 -y"
    Then it succeeds
    And the flags of the latest run are:
      | learning_rate | 0.1 |
      | steps         | 2   |
    And the scalars of the latest run are:
      | loss | 6.77407 | 2 |

  Scenario: What is there already is kept
    Given a script "train.py":
      """
      print("mine")
      """
    And I ran "guild init"
    And I ran "guild run train.py -y"
    When I run "guild init --skeleton"
    Then it succeeds
    And it says "Kept train.py as it is"
    And there are 1 runs
    When I run "guild run train -y"
    Then it prints "mine"

  Scenario: A home that the environment names is still the one that counts, and a line says so
    Given the environment variable GUILD_HOME is "/tmp"
    When I run "guild init"
    Then it says "WARNING: GUILD_HOME is set to /tmp: unset it ..."

  Scenario: A virtual environment is made after a question
    Given an interpreter "python3.99" that makes virtual environments
    And an empty file "requirements.txt"
    When I answer "n" to "guild init -p ./python3.99"
    Then it fails with exit status 4
    And it says:
      """
      You are about to initialize a Guild environment:
        Location: ...
        Downloaded resources: shared
        Virtual environment: .../venv
        Name: project
        Python interpreter: .../python3.99
        System packages: no
        Guild: not installed
        Requirements: .../requirements.txt
        Additional paths: none
      Continue? (Y/n)
      """
    And the project has no file ".guild/.guild-nocopy"
    And the project has no file "venv/pyvenv.cfg"
    When I answer "" to "guild init -p ./python3.99"
    Then it succeeds
    And it says "...Activate the virtual environment with: source venv/bin/activate"
    And the project has a file "venv/pyvenv.cfg"
    And the interpreter was asked:
      """
      -m venv --prompt project .../venv
      -m pip --disable-pip-version-check install -r .../requirements.txt
      """

  Scenario: A virtual environment without packages
    Given an interpreter "python3.99" that makes virtual environments
    And an empty file "requirements.txt"
    When I run "guild init -p ./python3.99 --name mine --no-reqs -y"
    Then it succeeds
    And the interpreter was asked:
      """
      -m venv --prompt mine .../venv
      """

  Scenario: A real virtual environment imports what it is told to
    Given a file "library/answer.py":
      """
      value = 42
      """
    When I run "guild init --no-reqs --path library -y"
    Then it succeeds
    And the interpreter of the virtual environment can import "answer"

  Scenario Outline: What is not there is refused
    When I run "guild init <options>"
    Then it fails with exit status 1
    And it says "guild: <message>"
    And the project has no file ".guild/.guild-nocopy"

    Examples:
      | options           | message                                           |
      | -p 9.99           | cannot find the Python interpreter 'python9.99'   |
      | -r nothing.txt    | requirements file .../nothing.txt does not exist  |
      | -P nothing        | directory .../nothing does not exist              |
      | --guild nothing   | cannot install Guild from .../nothing: it does... |
      | --no-reqs -r x    | --no-reqs and --requirement cannot both be used   |
