Feature: Running a script
  `guild run` runs a script as it is, and keeps everything about it as a run: its flags,
  its source code, its output, how it ended. The script needs no change for that.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      epochs = 3
      print(f"training {epochs} epochs at {lr}")
      """

  Scenario: A script runs with the values it has
    When I run "guild run train.py -y"
    Then it succeeds
    And it prints:
      """
      training 3 epochs at 0.1
      """
    And it says nothing
    And the runs are:
      | operation | status    | label           |
      | train.py  | completed | epochs=3 lr=0.1 |

  Scenario: Flags are set on the command line and the file stays as it is
    When I run "guild run train.py lr=0.2 -y"
    Then it prints "training 3 epochs at 0.2"
    And the flags of the latest run are:
      | epochs | 3   |
      | lr     | 0.2 |
    And the project file "train.py" still says "lr = 0.1"

  Scenario: Guild shows what it is about to do and asks
    When I answer "y" to "guild run train.py lr=0.2"
    Then it says:
      """
      You are about to run train.py
        epochs: 3
        lr: 0.2
      Continue? (Y/n)
      """
    And it prints "training 3 epochs at 0.2"

  Scenario: The answer no leaves nothing behind
    When I answer "n" to "guild run train.py"
    Then it succeeds
    And it prints nothing
    And there are no runs

  Scenario: The exit status of the script is that of guild
    Given a script "stop.py":
      """
      import sys
      code = 3
      sys.exit(code)
      """
    When I run "guild run stop.py -y"
    Then it fails with exit status 3
    And the runs are:
      | operation | status | exit_status |
      | stop.py   | error  | 3           |

  Scenario: A failing script shows its own traceback and nothing of Guild
    Given a script "broken.py":
      """
      def fail():
          raise ValueError("no luck")

      fail()
      """
    When I run "guild run broken.py -y"
    Then it says:
      """
      Traceback (most recent call last):
        File ".../broken.py", line 4, in <module>
          fail()...
        File ".../broken.py", line 2, in fail
          raise ValueError("no luck")
      ValueError: no luck
      """
    And the runs are:
      | operation | status |
      | broken.py | error  |

  Scenario: A script runs in the directory of its run
    Given a script "write.py":
      """
      from pathlib import Path
      Path("model.txt").write_text("weights")
      """
    When I run "guild run write.py -y"
    And I run "guild cat -p model.txt"
    Then it prints "weights"
    And the project has no file "model.txt"

  Scenario: A script finds the modules beside it and its own name and arguments
    Given a file "lib/__init__.py":
      """
      """
    And a file "lib/numbers.py":
      """
      answer = 42
      """
    And a file "beside.py":
      """
      from lib.numbers import answer
      """
    And a script "main.py":
      """
      import sys
      import beside
      if __name__ == "__main__":
          print(beside.answer, sys.argv[1:])
      """
    When I run "guild run main.py -y"
    Then it prints "42 []"

  Scenario: A script in a directory runs with the whole project as source code
    Given a script "sub/prepare.py":
      """
      size = 10
      print("size", size)
      """
    When I run "guild run sub/prepare.py size=20 -y"
    Then it prints "size 20"
    And the source code of the latest run is:
      | sub/prepare.py |
      | train.py       |

  Scenario: A script is shown by its path
    Given a script "sub/prepare.py":
      """
      size = 10
      """
    When I answer "n" to "guild run sub/prepare.py"
    Then it says:
      """
      You are about to run sub/prepare.py
        size: 10
      Continue? (Y/n)
      """

  Scenario: A path may begin in the user's home, also where no shell sees to that
    Given a script "../user/work/show.py":
      """
      path = "."
      print("path", path)
      """
    When I run "guild run ~/work/show.py path=~/data -y"
    Then it prints "path ~/data"

  Scenario: Processes that a script starts see the same flags
    Given a script "many.py":
      """
      import multiprocessing

      factor = 1

      def work(number):
          return number * factor

      if __name__ == "__main__":
          with multiprocessing.get_context("spawn").Pool(1) as pool:
              print(pool.map(work, [1, 2, 3]))
      """
    When I run "guild run many.py factor=5 -y"
    Then it prints "[5, 10, 15]"

  Scenario: A script is told about its run in its environment
    Given a script "env.py":
      """
      import os
      print(os.environ["RUN_ID"], os.environ["FLAG_RATE"], os.path.samefile(os.environ["RUN_DIR"], "."))
      rate = 0.5
      """
    When I run "guild run env.py --run-id abc rate=0.7 -y"
    Then it prints "abc 0.7 True"

  Scenario: Secrets of the environment are not recorded
    Given the environment variable MY_TOKEN is "s3cret"
    And the environment variable COLOUR is "green"
    And I ran "guild run train.py -y"
    When I run "guild runs info --env"
    Then it prints "  COLOUR: green"
    And it does not print "s3cret"

  Scenario Outline: GPUs are chosen for a run
    Given a script "gpus.py":
      """
      import os
      print("visible:", repr(os.environ.get("CUDA_VISIBLE_DEVICES")))
      """
    When I run "guild run gpus.py -y <option>"
    Then it prints "visible: <seen>"

    Examples:
      | option     | seen  |
      |            | None  |
      | --gpus 0,1 | '0,1' |
      | --no-gpus  | ''    |

  Scenario: The output can be kept off the terminal
    When I run "guild run train.py -y --quiet"
    Then it prints nothing
    And the output of the latest run is:
      """
      training 3 epochs at 0.1
      """

  Scenario: The command of a run can be seen without running it
    When I run "guild run train.py lr=0.2 --print-cmd"
    Then it prints "... -um guild.op_main train --epochs 3 --lr 0.2"
    And there are no runs

  Scenario: The environment of a run can be seen without running it
    When I run "guild run train.py lr=0.2 --print-env"
    Then it prints "FLAG_LR=0.2"
    And it prints "FLAGS_DEST=globals"
    And it prints "PYTHONPATH=.:..."
    And it does not print "HOME"
    And there are no runs

  Scenario: A run can be made in any directory
    When I run "guild run train.py -y --run-dir elsewhere"
    Then it prints "training 3 epochs at 0.1"
    And it says "Run directory is '.../elsewhere' (results will not be visible to Guild)"
    And the project has a file "elsewhere/train.py"
    And there are no runs

  Scenario: An executable file that is not Python runs as well
    Given an executable "greet.sh":
      """
      #!/bin/sh
      echo hello from $RUN_ID
      """
    When I run "guild run greet.sh --run-id abc -y"
    Then it prints "hello from abc"
    And the runs are:
      | operation | status    |
      | greet.sh  | completed |

  Scenario: A label, tags and a comment are given with the run
    When I run "guild run train.py -y --label 'rate ${lr}' --tag best --tag first --comment 'well done'"
    Then the runs are:
      | operation | label    | tags       |
      | train.py  | rate 0.1 | best first |
    When I run "guild comment --list"
    Then it prints "  well done"

  Scenario Outline: Options that exclude each other are refused
    When I run "guild run train.py -y <options>"
    Then it fails with exit status 1
    And it says:
      """
      guild: <first> and <second> cannot both be used
      Try 'guild run --help' for more information.
      """
    And there are no runs

    Examples:
      | options                 | first       | second       |
      | --gpus 0 --no-gpus      | --no-gpus   | --gpus       |
      | --print-cmd --print-env | --print-cmd | --print-env  |
      | --stage --background    | --stage     | --background |
      | --stage --pidfile x     | --stage     | --pidfile    |
