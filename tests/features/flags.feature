Feature: Flags found in scripts
  Flags are read from the text of a script: nothing is run and nothing is imported to list
  them, so what the script imports need not even be installed.

  Scenario: Global variables are flags
    Given a script "globals.py":
      """
      rate = 0.1
      size = 5 * 8
      name = "a b"
      fast = False
      nothing = None
      _hidden = 1
      computed = len(name)
      print(rate, size, name, fast, nothing)
      """
    When I run "guild run globals.py --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] globals.py [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        fast     (default is no)
        name     (default is a b)
        nothing
        rate     (default is 0.1)
        size     (default is 40)
      """
    When I run "guild run globals.py -y rate=0.5 fast=yes name='x y' nothing=1"
    Then it prints "0.5 40 x y True 1"

  Scenario: Options of argparse are flags
    Given a script "args.py":
      """
      import argparse
      import torch_that_is_not_installed

      parser = argparse.ArgumentParser()
      parser.add_argument("--rate", type=float, default=0.1, help="How fast to learn.")
      parser.add_argument("--layers", type=int, nargs="+", default=[1, 2])
      parser.add_argument("--kind", choices=["small", "large"], default="small")
      parser.add_argument("--fast", action="store_true")
      parser.add_argument("--name", required=True)
      args = parser.parse_args()
      """
    When I run "guild run args.py --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] args.py [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        fast    (default is no)

                Choices:  yes, no

        kind    (default is small)

                Choices:  small, large

        layers  (default is 1 2)
        name    (required)
        rate    How fast to learn. (default is 0.1)
      """
    And it says nothing

  Scenario: Values reach a parser as arguments
    Given a script "args.py":
      """
      import argparse
      import sys

      parser = argparse.ArgumentParser()
      parser.add_argument("--rate", type=float, default=0.1)
      parser.add_argument("--layers", type=int, nargs="+", default=[1, 2])
      parser.add_argument("--fast", action="store_true")
      args = parser.parse_args()
      print(args.rate, args.layers, args.fast, sys.argv[1:])
      """
    When I run "guild run args.py -y rate=0.5 layers='3 4' fast=yes"
    Then it prints "0.5 [3, 4] True ['--fast', '--layers', '3', '4', '--rate', '0.5']"

  Scenario: A value may be what ends the options elsewhere
    Given a script "plain.py":
      """
      x = ""
      print("value", x)
      """
    And a script "parsed.py":
      """
      import click

      @click.command()
      @click.option("--x", default="")
      def main(x):
          print("value", x)

      main()
      """
    When I run "guild run plain.py x=-- -y"
    Then it prints "value --"
    When I run "guild run parsed.py x=-- -y"
    Then it prints "value --"

  Scenario: A parser may be built by a function of another module
    Given a file "options.py":
      """
      import argparse

      def make_parser():
          parser = argparse.ArgumentParser()
          group = parser.add_argument_group("training")
          group.add_argument("--epochs", type=int, default=10)
          return parser
      """
    And a script "train.py":
      """
      from options import make_parser

      args = make_parser().parse_args()
      print("epochs", args.epochs)
      """
    When I run "guild run train.py -y epochs=20"
    Then it prints "epochs 20"
    And the flags of the latest run are:
      | epochs | 20 |

  Scenario: Options of click are flags
    Given a script "commands.py":
      """
      import click

      @click.command()
      @click.option("--rate", default=0.1, help="How fast to learn.")
      @click.option("--kind", type=click.Choice(["a", "b"]), default="a")
      @click.option("--fast/--slow", default=False)
      def main(rate, kind, fast):
          click.echo(f"{rate} {kind} {fast}")

      if __name__ == "__main__":
          main()
      """
    When I run "guild run commands.py -y rate=0.5 kind=b fast=yes"
    Then it prints "0.5 b True"
    And the flags of the latest run are:
      | fast | yes |
      | kind | b   |
      | rate | 0.5 |

  Scenario: Options of typer are flags
    Given a script "app.py":
      """
      import typer

      def main(rate: float = 0.1, epochs: int = typer.Option(3, help="How often.")):
          print(rate, epochs)

      if __name__ == "__main__":
          typer.run(main)
      """
    When I run "guild run app.py -y rate=0.5"
    Then it prints "0.5 3"
    And the flags of the latest run are:
      | epochs | 3   |
      | rate   | 0.5 |

  Scenario: Flags of absl are flags
    Given a script "absl_app.py":
      """
      from absl import app, flags

      FLAGS = flags.FLAGS
      flags.DEFINE_float("rate", 0.1, "How fast to learn.")
      flags.DEFINE_bool("fast", False, "Whether to hurry.")
      flags.DEFINE_enum("kind", "a", ["a", "b"], "Which kind.")

      def main(argv):
          print(FLAGS.rate, FLAGS.fast, FLAGS.kind)

      if __name__ == "__main__":
          app.run(main)
      """
    When I run "guild run absl_app.py -y rate=0.5 fast=yes kind=b"
    Then it prints "0.5 True b"
    And the flags of the latest run are:
      | fast | yes |
      | kind | b   |
      | rate | 0.5 |

  Scenario: Fields of dataclasses given to a parser are flags
    Given a script "trainer.py":
      """
      from dataclasses import dataclass, field
      from transformers import HfArgumentParser

      @dataclass
      class Settings:
          rate: float = field(default=0.1, metadata={"help": "How fast to learn."})
          epochs: int = 3
          output: str = "out"

      parser = HfArgumentParser(Settings)
      (settings,) = parser.parse_args_into_dataclasses()
      """
    When I run "guild run trainer.py --help-op"
    Then it prints:
      """
      Usage: guild run [OPTIONS] trainer.py [FLAG]...

      Use 'guild run --help' for a list of options.

      Flags:
        epochs  (default is 3)
        output  (default is out)
        rate    How fast to learn. (default is 0.1)
      """

  Scenario: A script without flags has none
    Given a script "plain.py":
      """
      print("nothing to set")
      """
    When I run "guild run plain.py -y"
    Then it prints "nothing to set"
    And the runs are:
      | operation | label |
      | plain.py  |       |

  Scenario: What is typed becomes a value of the kind it looks like
    Then what is typed for a flag becomes:
      | typed      | shown            |
      | 1          | int 1            |
      | 1e-3       | float 0.001      |
      | 0123       | int 123          |
      | 1.0        | float 1.0        |
      | yes        | bool True        |
      | off        | bool False       |
      | null       | NoneType None    |
      | none       | str 'none'       |
      | n          | str 'n'          |
      | 1_000      | str '1_000'      |
      | 12:30      | str '12:30'      |
      | "'1'"      | str '1'          |
      | ''         | str ''           |
      | a=b        | str 'a=b'        |
      | grün       | str 'grün'       |
      | 2020-01-01 | str '2020-01-01' |
      | '{a: 1}'   | dict {'a': 1}    |

  Scenario: A value of the wrong type is refused before anything runs
    Given a script "train.py":
      """
      rate = 0.1
      print("ran")
      """
    When I run "guild run train.py -y rate=quick"
    Then it fails with exit status 1
    And it says "guild: invalid value quick for rate: invalid value for type 'number'"
    And it prints nothing
    And there are no runs

  Scenario: All that is wrong is said at once
    Given a script "train.py":
      """
      rate = 0.1
      size = 3
      """
    When I run "guild run train.py -y rate=quick size=big"
    Then it says:
      """
      guild: invalid value quick for rate: invalid value for type 'number'
      invalid value big for size: invalid value for type 'number'
      """

  Scenario: A flag that a script does not have is refused, with a hint
    Given a script "train.py":
      """
      rate = 0.1
      """
    When I run "guild run train.py -y rat=0.5"
    Then it fails with exit status 1
    And it says:
      """
      guild: unsupported flag 'rat' - did you mean 'rate'?
      Try 'guild run train.py --help-op' for a list of flags or use --force-flags to skip this check.
      """
    And there are no runs

  Scenario: A value that is not among the choices is refused with a list of them
    Given a script "args.py":
      """
      import argparse
      parser = argparse.ArgumentParser()
      parser.add_argument("--kind", choices=["small", "large"], default="small")
      print(parser.parse_args().kind)
      """
    When I run "guild run args.py -y kind=huge"
    Then it fails with exit status 1
    And it says:
      """
      guild: Unsupported value for 'kind' - supported values are:

        small
        large

      Run the command again using one of these options.
      """

  Scenario: A required flag is asked for
    Given a script "args.py":
      """
      import argparse
      parser = argparse.ArgumentParser()
      parser.add_argument("--name", required=True, help="Who it is.")
      print(parser.parse_args().name)
      """
    When I run "guild run args.py -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: Operation requires the following missing flags:

        name  Who it is.

      Run the command again with these flags or try 'guild run args.py --help-op' for help.
      """

  Scenario: Anything goes if it is forced
    Given a script "train.py":
      """
      rate = 0.1
      print(rate)
      """
    When I run "guild run train.py -y rate=quick --force-flags"
    Then it prints "quick"

  Scenario: What is not a flag value is named
    Given a script "train.py":
      """
      rate = 0.1
      """
    When I run "guild run train.py -y rate"
    Then it fails with exit status 1
    And it says:
      """
      guild: invalid argument(s):
      rate
      expected NAME=VAL
      """
