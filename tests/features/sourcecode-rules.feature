Feature: Rules about source code
  A project says in guild.yml what its source code is where the default rules don't know it: which
  files are copied, from where and to where.

  Background:
    Given a script "train.py":
      """
      print("ok")
      """
    And a file "lib/model.py":
      """
      layers = 3
      """
    And a file "data/a.csv":
      """
      1,2
      """
    And a file "notes.txt":
      """
      much
      """

  Scenario: Rules are added to the default ones, and the last that matches decides
    Given a binary file "weights.bin"
    And a file "guild.yml":
      """
      train:
        sourcecode:
          - exclude: ['*.txt', data]
          - include: weights.bin
      """
    When I run "guild run train -y"
    Then the source code of the latest run is:
      | guild.yml    |
      | train.py     |
      | lib/model.py |
      | weights.bin  |

  Scenario: One pattern stands for all that is copied, beside the program itself
    Given a file "guild.yml":
      """
      train:
        sourcecode: lib
      """
    When I run "guild run train -y"
    Then the source code of the latest run is:
      | train.py     |
      | lib/model.py |

  Scenario: A list of patterns stands for all that is copied
    Given a file "guild.yml":
      """
      train:
        sourcecode:
          - lib/*.py
          - '*.csv'
      """
    When I run "guild run train -y"
    Then the source code of the latest run is:
      | train.py     |
      | lib/model.py |
      | data/a.csv   |

  Scenario: Files are told by their type
    Given a binary file "weights.bin"
    And a binary file "lib/image.raw"
    And a file "guild.yml":
      """
      train:
        sourcecode:
          - exclude: {text: '*'}
          - include: {binary: 'lib/*'}
      """
    When I run "guild run train -y"
    Then the source code of the latest run is:
      | train.py      |
      | lib/image.raw |

  Scenario: No rule about files undoes one about directories
    Given a file "guild.yml":
      """
      train:
        sourcecode:
          - exclude: {dir: data}
          - include: data/a.csv
      """
    When I run "guild run train --test-sourcecode"
    Then it prints:
      """
      Copying from the current directory
      Rules:
        ...
        exclude dir data
        include data/a.csv
      Selected for copy:
        guild.yml     include text * ...
        notes.txt     include text * ...
        train.py      include text * ...
        lib/model.py  include text * ...
      Skipped:
        data/         exclude dir data
      """

  Scenario: What a rule names is copied from a directory that default rules keep out of
    Given an empty file "build/x.py"
    And an empty file "build/more.txt"
    And an empty file "dist/y.py"
    And a file "guild.yml":
      """
      train:
        sourcecode:
          - include: build/*.py
      """
    When I run "guild run train --test-sourcecode"
    Then it prints "  build/x.py ... include build/*.py"
    And it prints "  build/more.txt ... no rule"
    And it prints "  dist/ ... exclude dir .*, build, dist, *.egg-info"

  Scenario: An ignored directory can be copied
    Given the project is a Git repository
    And a file ".gitignore":
      """
      data/
      """
    And a file "guild.yml":
      """
      train:
        sourcecode:
          - include: {dir: data}
      """
    When I run "guild run train -y"
    Then the source code of the latest run is:
      | guild.yml    |
      | notes.txt    |
      | train.py     |
      | lib/model.py |
      | data/a.csv   |

  Scenario: Source code has a root and a destination
    Given a script "src/learn.py":
      """
      import sys
      print(sys.argv[0].endswith("code/learn.py"))
      """
    And an empty file "src/.guildignore"
    And a file "guild.yml":
      """
      learn:
        main: learn
        sourcecode:
          root: src
          dest: code
      """
    When I run "guild run learn --test-sourcecode"
    Then it prints "Copying from 'src'"
    When I run "guild run learn -y"
    Then it succeeds
    And the source code of the latest run is:
      | code/learn.py     |
      | code/.guildignore |

  Scenario: Files are ignored by the source root's own file
    Given a file "src/.guildignore":
      """
      *.txt
      """
    And a script "src/learn.py":
      """
      print("ok")
      """
    And an empty file "src/a.txt"
    And an empty file ".guildignore"
    And a file "guild.yml":
      """
      learn:
        main: learn
        sourcecode:
          root: src
          select:
            - exclude: .guildignore
      """
    When I run "guild run learn -y"
    Then the source code of the latest run is:
      | learn.py |

  Scenario: Copying can be turned off
    Given a file "guild.yml":
      """
      train:
        sourcecode: no
      steps:
        steps: [train]
      """
    When I run "guild run train --test-sourcecode"
    Then it prints:
      """
      Copying from the current directory
      Rules:
      Source code copy disabled
      """
    When I run "guild run steps --test-sourcecode"
    Then it prints "Source code copy disabled"

  Scenario: A digest need not be recorded
    Given a file "guild.yml":
      """
      train:
        sourcecode:
          digest: no
      """
    When I run "guild run train --run-id one -y"
    Then it succeeds
    And the run "one" has no digest of source code

  Scenario: Dependencies are no source code
    Given a file "guild.yml":
      """
      train:
        requires:
          - file: data
          - file: notes.txt
      """
    When I run "guild run train --test-sourcecode"
    Then it prints "  data/ ... a dependency"
    And it prints "  notes.txt ... a dependency"
