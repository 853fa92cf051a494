Feature: Config files take flags
  The file in the run is the project's with other values; comments and all else stay.

  Background:
    Given a script "train.py":
      """
      import sys
      print(open(sys.argv[1]).read(), end="")
      """

  Scenario: YAML
    Given a file "conf/train.yml":
      """
      # How to train
      lr: 1e-3  # careful
      net:
        sizes: [1, 2]
        act: relu
      """
    And a file "guild.yml":
      """
      train:
        main: train conf/train.yml
        flags-dest: config:conf/train.yml
      """
    When I run "guild run train --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] train [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        lr         (default is 0.001)
        net.act    (default is relu)
        net.sizes  (default is 1 2)
      """
    When I run "guild run train -y lr=0.5 net.sizes='3 4'"
    Then it prints:
      """
      # How to train
      lr: 0.5  # careful
      net:
        sizes: [3, 4]
        act: relu
      """
    And it says "Resolving config:conf/train.yml"
    And the project has a file "conf/train.yml"

  Scenario Outline: Other kinds
    Given a file "<file>":
      """
      <text>
      """
    And a file "guild.yml":
      """
      train:
        main: train <file>
        flags-dest: config:<file>
      """
    When I run "guild run train -y net.h=5"
    Then it prints "<printed>"

    Examples:
      | file   | text                             | printed                          |
      | c.json | {"net": {"h": 2}, "lr": 0.10}    | {"lr": 0.10, "net": {"h": 5}}    |
      | c.toml | net = {h = 2, w = 1}  # why      | net = {h = 5, w = 1}  # why      |

  Scenario: Restarting applies flags anew
    Given a file "c.ini":
      """
      [net]
      ; why
      h = 2
      """
    And a file "guild.yml":
      """
      train: {main: train c.ini, flags-dest: "config:c.ini"}
      """
    And I ran "guild run train -y --run-id aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    When I run "guild run --restart aaaa -y net.h=7"
    Then it prints:
      """
      [net]
      ; why
      h = 7
      """

  Scenario: A file that is of no known kind
    Given a file "c.xml":
      """
      <lr>0.1</lr>
      """
    And a file "guild.yml":
      """
      train: {main: train c.xml, flags-dest: "config:c.xml"}
      """
    When I run "guild run train -y"
    Then it fails
    And it says "WARNING: config type for c.xml not supported"
    And it says "guild: run failed because a dependency was not met: ... unsupported file type for ..."
