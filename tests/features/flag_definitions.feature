Feature: Flags defined in guild.yml
  What guild.yml says of a flag counts; what it leaves open comes from the program.

  Background:
    Given a script "train.py":
      """
      import os

      lr = 0.1
      opt = "adam"
      momentum = 0.9
      layers = [1, 2]
      print(lr, opt, momentum, layers, os.getenv("FLAG_LR"), os.getenv("RATE"))
      """

  Scenario: Only flags that are defined are taken from the program
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: 0.2
          layers: {description: Sizes of layers}
      """
    When I run "guild run train --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] train [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        layers  Sizes of layers (default is 1 2)
        lr      (default is 0.2)
      """
    When I run "guild run train -y layers='3 4'"
    Then it prints "0.2 adam 0.9 [3, 4] 0.2 None"

  Scenario Outline: Flags that are taken from the program
    Given a file "guild.yml":
      """
      train:
        main: train
        flags: {lr: 0.2, rate: {arg-name: momentum}}
        flags-import: <import>
        flags-import-skip: <skip>
      """
    When I run "guild run train --print-cmd"
    Then it prints "... -um guild.op_main train -- <arguments>"

    Examples:
      | import | skip  | arguments                                                |
      | yes    | []    | --layers '[1, 2]' --lr 0.2 --opt adam --momentum 0.9     |
      | all    | [opt] | --layers '[1, 2]' --lr 0.2 --momentum 0.9                |
      | [opt]  | []    | --lr 0.2 --opt adam                                      |
      | no     | []    | --lr 0.2                                                 |

  Scenario: Names of flags to import that are misspelt
    Given a file "guild.yml":
      """
      train: {main: train, flags-import: [lr, momentun]}
      """
    When I run "guild run train --print-cmd"
    Then it says "WARNING: unknown flag 'momentun' in flags-import or flags-import-skip of operation 'train' - Did you mean 'momentum'?"
    And it prints "... -um guild.op_main train -- --lr 0.1"

  Scenario: Choices
    Given a file "guild.yml":
      """
      train:
        flags:
          momentum: 0
          opt:
            choices:
              - adam
              - value: sgd
                alias: simple
                description: Stochastic gradient descent
                flags: {momentum: 0.5}
      """
    When I run "guild run train -y opt=simple"
    Then it prints "0.1 sgd 0.5 [1, 2] None None"
    When I run "guild run train -y opt=sgd momentum=1"
    Then it prints "0.1 sgd 1 [1, 2] None None"
    When I run "guild run train -y opt=rmsprop"
    Then it fails
    And it says:
      """
      guild: Unsupported value for 'opt' - supported values are:

        adam  
        sgd   Stochastic gradient descent

      Run the command again using one of these options.
      """

  Scenario Outline: Values that are refused
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: {min: 0.01, max: 1, alias: rate}
          momentum: {type: float}
          name: {required: yes, description: "Who\n\ntrains"}
          data: {type: existing-path}
          n: {type: int, default: 1}
      """
    When I run "guild run train -y <flags>"
    Then it fails
    And it says:
      """
      <message>
      """
    And there are no runs

    Examples:
      | flags              | message                                                                 |
      | name=a lr=5        | guild: invalid value 5 for lr: out of range (greater than max 1)        |
      | name=a rate=0      | guild: invalid value 0 for lr: out of range (less than min 0.01)        |
      | name=a lr=[0.5,5]  | guild: invalid value 5 for lr: out of range (greater than max 1)        |
      | name=a momentum=x  | guild: invalid value x for momentum: invalid value for type 'float'     |
      | name=a n=1.5       | guild: invalid value 1.5 for n: invalid value for type 'int'            |
      | name=a data=/nope  | guild: invalid value /nope for data: /nope does not exist               |

  Scenario: Names and texts of variables
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: {env-name: RATE, env-encoding: {0.1: slow}}
        env:
          FLAG_LR: "<${lr}>"
      """
    When I run "guild run train -y"
    Then it prints "0.1 adam 0.9 [1, 2] <slow> slow"

  Scenario: Arguments
    Given a script "args.py":
      """
      import sys
      print(sys.argv[1:])
      """
    And a file "guild.yml":
      """
      args:
        main: args word --seen 1
        flags-dest: args
        flags:
          fast: {default: no, arg-switch: yes}
          xs: {default: "1 '2 3'", arg-split: yes}
          ys: {default: "a,b,,c", arg-split: ","}
          deep: {default: yes, arg-encoding: {yes: "1st"}, arg-name: depth}
          skipped: {default: 1, arg-skip: yes}
          seen: 2
          nothing: null
      """
    When I run "guild run args -y"
    Then it prints "['word', '--seen', '1', '--depth', '1st', '--xs', '1', '2 3', '--ys', 'a', 'b', 'c']"
    And it says "WARNING: ignoring flag 'seen=2' because it's shadowed in the operation cmd as --seen"
    When I run "guild run args -y fast=yes xs='' deep=x"
    Then it prints "['word', '--seen', '1', '--depth', 'x', '--fast', '--ys', 'a', 'b', 'c']"

  Scenario: References to flags
    Given a file "guild.yml":
      """
      show:
        exec: echo x=${x} '${x}y' \${x} "\${x}" '\${x}' ${t}${f}${n}.
        flags: {x: "a b", t: yes, f: no, n: null}
      wrong:
        exec: echo ${nope}
      """
    When I run "guild run show -y"
    Then it prints "x=a b a by ${x} ${x} ${x} 1."
    When I run "guild run wrong -y"
    Then it fails
    And it says "guild: invalid setting for operation: command contains invalid reference 'nope'"

  Scenario: Sequences as defaults make trials
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: linspace[0:1:3]
      """
    When I run "guild run train --print-trials"
    Then it prints:
      """
      #  lr
      1  0.0
      2  0.5
      3  1.0
      """

  Scenario: What is said of flags is where optimizers search
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: {type: float, min: 0, max: 1, distribution: uniform}
          opt: {choices: [adam, sgd]}
          momentum: 0.5
      """
    When I answer "n" to "guild run train -o random -m 3"
    Then it says "  lr: uniform[0.0:1.0:0.1]"
    And it says "  momentum: 0.5"
    And it says "  opt: [adam, sgd]"
    When I answer "n" to "guild run train -o random -m 3 opt=adam"
    Then it says "  opt: adam"

  Scenario: Null has a label
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: {default: null, null-label: from the schedule}
      """
    When I run "guild run train --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] train [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        lr  (default is from the schedule)
      """
    When I answer "n" to "guild run train"
    Then it says "  lr: from the schedule"

  Scenario: All that is known of flags is shown
    Given a file "guild.yml":
      """
      train:
        flags:
          lr: {min: 0, max: 1}
      """
    When I run "guild run train --test-flags"
    Then it prints:
      """
      flags-dest: globals
      flags-import: [lr]
      flags:
        lr:
          default: 0.1
          type: number
          required: no
          arg-name:
          arg-skip:
          arg-switch:
          arg-split:
          arg-encoding:
          env-name:
          env-encoding:
          choices: []
          allow-other: no
          distribution:
          max: 1
          min: 0
          null-label:
      """
