Feature: What a project has
  `guild operations`, `guild models` and `guild help` tell of what the `guild.yml` of the current
  directory defines; `guild run --help-op` and `--help-model` of one part of it.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      epochs = 3
      """
    And a file "guild.yml":
      """
      - model: cnn
        description: |
          Convolutions.

          Many of them.
        operations:
          train:
            description: Train it.
            main: train
            flags-import: all
            flags:
              lr:
                description: How fast to learn
              kind:
                description: What kind
                default: a
                arg-skip: yes
                choices:
                  - a
                  - value: b
                    description: The b
            requires:
              - data
          _clean:
            exec: rm -rf data
        resources:
          data:
            description: Images.
            sources:
              - file: images.txt
      - operations:
          prepare:
            description: Get the data.
            exec: echo ${flag_args}
      """

  Scenario: Operations are listed by their full names
    When I run "guild operations"
    Then it succeeds
    And it prints:
      """
      prepare    Get the data.
      cnn:train  Train it.
      """

  Scenario: The list can be narrowed and widened
    When I run "guild ops cnn --all"
    Then it prints:
      """
      cnn:_clean
      cnn:train   Train it.
      """

  Scenario: Details have the flags of the program as well
    When I run "guild operations -v train"
    Then it prints:
      """
      cnn:train  Train it.
        main: train
        flags:
          epochs: (default is 3)
          kind: What kind (default is a)
          lr: How fast to learn (default is 0.1)
        details: -
      """

  Scenario: Scripts can read the list
    When I run "guild operations --json"
    Then it prints JSON that begins:
      | fullname  | name    | model | description   |
      | prepare   | prepare |       | Get the data. |
      | cnn:train | train   | cnn   | Train it.     |

  Scenario: Models are listed
    When I run "guild models -v"
    Then it prints:
      """
      cnn  Convolutions.
        source: .../guild.yml
        operations:
          _clean
          train
        details:
          Many of them.
      """

  Scenario: Help for an operation
    When I run "guild run cnn:train --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] cnn:train [FLAG]...

      Train it.

      Use 'guild run --help' for a list of options.

      Dependencies:
        data  Images.

      Flags:
        epochs  (default is 3)
        kind    What kind (default is a)

                Choices:
                  a
                  b  The b

        lr      How fast to learn (default is 0.1)
      """

  Scenario: Help for a model
    When I run "guild run cnn: --help-model"
    Then it prints:
      """
      Usage: guild run [OPTIONS] cnn:OPERATION [FLAG]...

      Convolutions.

      Many of them.

      Use 'guild run cnn:OPERATION --help-op' for help on a particular operation.

      Operations:
        train  Train it.

      Resources:
        data  Images.
      """

  Scenario: Help for the project
    When I run "guild help"
    Then it succeeds
    And it prints "OVERVIEW"
    And it prints "  prepare"
    And it prints "MODELS"
    And it prints "          lr      How fast to learn (default is 0.1)"

  Scenario: Help for another project, as Markdown
    Given a file "sub/guild.yml":
      """
      hello:
        exec: echo hello
        description: Say hello.
      """
    When I run "guild help sub --markdown"
    Then it prints "### `hello`"
    When I run "guild -C sub help"
    Then it prints "  hello"

  Scenario: Where there is no project, help says so
    Given a file "sub/notes.txt":
      """
      Nothing.
      """
    When I run "guild -C sub help"
    Then it fails with exit status 1
    And it says "guild: '...sub' does not contain a Guild file (guild.yml)"
    When I run "guild help sub"
    Then it fails with exit status 1
    And it says "guild: 'sub' does not contain a Guild file (guild.yml)"

  Scenario Outline: Misspelt names have the nearest one as a hint
    When I run "guild <line>"
    Then it fails with exit status 1
    And it says "guild: <message>"
    And it says "Did you mean '<meant>'?..."

    Examples:
      | line                    | message                                          | meant   |
      | run cnn:trian --help-op | operation 'trian' is not defined for model 'cnn' | train   |
      | run cnnn: --help-model  | cannot find operation cnnn:                      | cnn     |
      | help comparee           | cannot find a package matching 'comparee'        | compare |

  Scenario: A project without errors is well
    When I run "guild check"
    Then it succeeds
    And it prints "guild.yml:                 ok (3 operations)"

  Scenario: What is odd in the project is named and no error
    Given a file "guild.yml":
      """
      train:
        main: train
        exec: echo
      """
    When I run "guild check --no-info"
    Then it succeeds
    And it prints "warning: .../guild.yml:...: ..."

  Scenario: What is wrong in the project is named with its line
    Given a file "guild.yml":
      """
      train:
        flags:
          - lr
      """
    When I run "guild check --no-info"
    Then it fails with exit status 1
    And it prints 1 lines
    And it prints "error in .../guild.yml:...: ..."
    When I run "guild operations"
    Then it fails with exit status 1
    And it says "guild: error in .../guild.yml:...: ..."

  Scenario: What operations there are is known to the shell
    When I run "guild _complete -- run c"
    Then it prints "cnn:train	Train it."
    When I run "guild _complete -- run cnn:train k"
    Then it prints "kind=	What kind"
