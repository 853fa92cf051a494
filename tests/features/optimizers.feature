Feature: Optimizers
  An optimizer chooses the flags of trials: at random, or by what earlier trials told about a
  scalar that is to be small or large. With a random seed it makes the same choices again.

  Background:
    Given a script "train.py":
      """
      x = 1
      y = 2
      z = "a"
      print(f"loss: {x * y}")
      """
    And a script "sum.py":
      """
      a = 0
      b = 0
      print("x: %s" % (a + b))
      """
    And a script "silent.py":
      """
      x = 1
      print("no scalar")
      """

  Scenario: A search function has trials with random values
    When I run "guild run train.py x=uniform[1:9] y=[1,2] -m 3 --random-seed 1 --print-trials"
    Then it prints:
      """
      #  x  y  z
      1  9  1  a
      2  6  1  a
      3  1  1  a
      """

  Scenario: Random numbers are the same on every machine
    When I run "guild run train.py x=[1.0:2.0] -m 3 --random-seed 1 --print-trials"
    Then it prints:
      """
      #  x                   y  z
      1  1.9971848109388688  2  a
      2  1.932557359338659   2  a
      3  1.1281244479293568  2  a
      """

  Scenario: Random trials are run, and their batch is deleted
    When I run "guild run sum.py a=[0:5] -m 3 --random-seed 1 -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Running trial ...: sum.py (a=3, b=0)
      INFO: [guild] Running trial ...: sum.py (a=4, b=0)
      INFO: [guild] Running trial ...: sum.py (a=0, b=0)
      """
    And the trials are:
      | status    | a | b |
      | completed | 3 | 0 |
      | completed | 4 | 0 |
      | completed | 0 | 0 |
    And there is no batch

  Scenario: Random search has 20 trials unless told otherwise
    When I run "guild run train.py x=[1:9] --print-trials"
    Then it prints 21 lines

  Scenario: The initial value is that of the first trial
    When I run "guild run train.py x=[1:1000000:7] -m 3 --random-seed 1 --print-trials"
    Then it prints "1  7 ..."

  Scenario: Numbers may be spread over orders of magnitude
    When I run "guild run train.py x=loguniform[0.001:1000.0] -m 5 --random-seed 1 -y"
    Then it succeeds
    And there are 5 trials

  Scenario: Random search among the items of lists
    When I run "guild run train.py x=[1,2] z=[a,b] -o random -m 4 --random-seed 1 -y"
    Then it succeeds
    And there are 4 trials

  Scenario: Trials of random search can be saved and run later
    Given I ran "guild run sum.py a=[0:5] -m 3 --random-seed 1 --save-trials found.csv"
    When I run "guild run sum.py @found.csv -y"
    Then the trials are:
      | a |
      | 3 |
      | 4 |
      | 0 |

  Scenario: A Gaussian process finds the same trials for a seed
    When I run "guild run sum.py a=[-10:10] b=[-5:5] -o gp -N x -m 3 --random-seed 1 -Fo random-starts=0 -Fo xi=0.02 -y"
    Then it succeeds
    And the trials are:
      | a  | b  |
      | -2 | 2  |
      | 10 | -5 |
      | 10 | 5  |
    And it says:
      """
      INFO: [guild] Random start for optimization (missing previous trials)
      INFO: [guild] Running trial ...: sum.py (a=-2, b=2)
      INFO: [guild] Found 1 previous trial(s) for use in optimization
      INFO: [guild] Running trial ...: sum.py (a=10, b=-5)
      INFO: [guild] Found 2 previous trial(s) for use in optimization
      INFO: [guild] Running trial ...: sum.py (a=10, b=5)
      """

  Scenario: A forest finds the same trials for a seed
    When I run "guild run sum.py a=[-10:10] b=[-5:5] -o forest -N x -m 3 --random-seed 1 -Fo random-starts=2 -Fo kappa=2 -Fo xi=0.05 -y"
    Then the trials are:
      | a  | b  |
      | 1  | 3  |
      | 8  | 3  |
      | 10 | -4 |
    And it says:
      """
      INFO: [guild] Random start for optimization (1 of 2)
      INFO: [guild] Running trial ...: sum.py (a=1, b=3)
      INFO: [guild] Random start for optimization (2 of 2)
      INFO: [guild] Running trial ...: sum.py (a=8, b=3)
      INFO: [guild] Found 2 previous trial(s) for use in optimization
      INFO: [guild] Running trial ...: sum.py (a=10, b=-4)
      """

  Scenario: Boosted trees find the same trials for a seed
    When I run "guild run sum.py a=[-10:10] b=[-5:5] -o gbrt -N x -m 4 --random-seed 2 -Fo random-starts=2 -Fo kappa=2 -Fo xi=0.01 -y"
    Then the trials are:
      | a  | b  |
      | -2 | 3  |
      | 4  | 0  |
      | -4 | 3  |
      | -9 | -5 |

  Scenario: Parzen estimators run over Optuna
    Given Optuna is installed
    When I run "guild run sum.py a=[-10:10] b=[-5.0:5.0] -o tpe -N x -m 3 --random-seed 1 -Fo random-starts=2 -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Random start for optimization (1 of 2)
      INFO: [guild] Running trial ...
      INFO: [guild] Random start for optimization (2 of 2)
      INFO: [guild] Running trial ...
      INFO: [guild] Found 2 previous trial(s) for use in optimization
      INFO: [guild] Running trial ...
      """
    And the batch is completed

  Scenario: Covariance matrix adaptation runs over Optuna
    Given Optuna is installed
    And the library of cma-es is installed
    When I run "guild run sum.py a=[-10:10] b=[-5.0:5.0] -o cma-es -N x -m 3 --random-seed 1 -y"
    Then it succeeds
    And there are 3 trials

  Scenario Outline: Optimizers have several names
    When I run "guild run train.py x=[1:9] -o <name> -m 1 --random-seed 1 --keep-batch --run-id bbb -y"
    And I run "guild select -Fo train.py+<shown>"
    Then it prints the ids "bbb"

    Examples:
      | name         | shown        |
      | random       | skopt:random |
      | skopt:random | skopt:random |
      | gp           | skopt:gp     |
      | bayesian     | skopt:gp     |
      | gaussian     | skopt:gp     |
      | skopt:gp     | skopt:gp     |
      | forest       | skopt:forest |
      | gbrt         | skopt:gbrt   |

  Scenario: The batch of a search is kept, labelled by the optimizer's flags
    When I run "guild run train.py x=[1:9] -o forest -m 1 -Fo kappa=1.5 --run-id bbb -y"
    And I run "guild runs"
    Then it prints:
      """
      [1:...]  train.py  ...
      [2:bbb] ...train.py+skopt:forest  ...  completed  kappa=1.5 prev-trials=batch random-starts=3 xi=0.05
      """

  Scenario: A scalar can be wanted large
    When I run "guild run sum.py a=[0:5] -o forest -X x -m 1 -y"
    Then the batch has the attribute "objective":
      """
      -x
      """

  Scenario: The operation's own optimizer is gp where none is configured
    When I run "guild run sum.py a=[-10:10] b=[-5:5] --optimize -N x -m 1 --random-seed 1 --run-id bbb -y"
    Then it says "INFO: [guild] Random start for optimization (1 of 1)"
    When I run "guild select -Fo sum.py+skopt:gp"
    Then it prints the ids "bbb"

  Scenario: The versions of the libraries are kept with the batch
    When I run "guild run sum.py a=[0:5] -o forest -N x -m 1 --run-id bbb -y"
    And I run "guild select bbb --attr optimizer_libraries"
    Then it prints "numpy: ..."

  Scenario: A choice that isn't given may be any of them
    Given a script "choose.py":
      """
      import argparse

      parser = argparse.ArgumentParser()
      parser.add_argument("--kind", choices=["one"], default="one")
      parser.add_argument("--x", type=int, default=1)
      args = parser.parse_args()
      print("loss:", args.x)
      """
    When I answer "n" to "guild run choose.py x=[1:2] -o gp"
    Then it says:
      """
      You are about to run choose.py with skopt:gp optimizer (20 trials, minimize loss)
        kind: [one]
        x: [1:2]
      Optimizer flags:
        acq-func: gp_hedge
        kappa: 1.96
        noise: gaussian
        normalize-y: no
        prev-trials: batch
        random-starts: 3
        xi: 0.05
      Continue? (Y/n)
      """

  Scenario: A failed trial does not count as a random start
    Given a script "fail.py":
      """
      x = 1
      raise SystemExit(1)
      """
    When I run "guild run fail.py x=[1:9] -o gp -m 3 -Fo random-starts=2 -y"
    Then it succeeds
    And it says "Random start for optimization (1 of 2)" 3 times

  Scenario: An objective that no trial logs
    When I run "guild run silent.py x=[1:9] -o gp -m 3 -Fo random-starts=1 -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Random start for optimization (1 of 1)
      INFO: [guild] Running trial ...: silent.py (x=...)
      INFO: [guild] Random start for optimization (cannot find objective 'loss')
      INFO: [guild] Running trial ...: silent.py (x=...)
      INFO: [guild] Random start for optimization (cannot find objective 'loss')
      INFO: [guild] Running trial ...: silent.py (x=...)
      WARNING: [guild] No trial has 'loss' as a finite number: there is nothing to minimize
      """
    And there are 3 trials

  Scenario Outline: An objective that is no number tells nothing
    Given a script "odd.py":
      """
      x = 1
      print("loss: <value>")
      """
    When I run "guild run odd.py x=[1:9] -o gp -m 2 -Fo random-starts=1 -y"
    Then it succeeds
    And it says "INFO: [guild] Random start for optimization (cannot find objective 'loss')"
    And there are 2 trials

    Examples:
      | value |
      | nan   |
      | inf   |
      | -inf  |

  Scenario: Trials without an objective are left out, those with one count
    Given a script "some.py":
      """
      x = 1
      if x > 3:
          print(f"loss: {x}")
      else:
          print("loss: nan")
      """
    When I run "guild run some.py x=[1:9] -o forest -m 6 --random-seed 1 -Fo random-starts=2 -y"
    Then it succeeds
    And it says "INFO: [guild] Found 5 previous trial(s) for use in optimization"

  Scenario: Earlier runs of the operation may count
    Given a run "aaa" of "train.py x=3"
    And a run "bbb" of "train.py x=4"
    When I run "guild run train.py x=[1:9] -o forest -m 1 -Fo random-starts=0 -Fo prev-trials=operation -y"
    Then it says "INFO: [guild] Found 2 previous trial(s) for use in optimization"

  Scenario: Earlier runs of the same source code may count
    Given a run "aaa" of "train.py x=3"
    When I run "guild run train.py x=[1:9] -o forest -m 1 -Fo random-starts=0 -Fo prev-trials=sourcecode -y"
    Then it says "INFO: [guild] Found 1 previous trial(s) for use in optimization"

  Scenario: By itself a batch goes by its own trials
    Given a run "aaa" of "train.py x=3"
    When I run "guild run train.py x=[1:9] -o forest -m 1 -Fo random-starts=0 -y"
    Then it says "INFO: [guild] Random start for optimization (missing previous trials)"

  Scenario: A script can be an optimizer
    Given a script "halve.py":
      """
      from guild import batch_util

      tries = 3

      batch = batch_util.batch_run()
      x = 8.0
      for _ in range(tries):
          trial = batch_util.init_trial_run(batch, {"x": x})
          batch_util.start_trial_run(trial)
          print("trial is", trial.status)
          x /= 2
      """
    When I run "guild run train.py y=3 --optimizer halve.py -Fo tries=2 --run-id bbb -y"
    Then it succeeds
    And it prints:
      """
      loss: 24.0
      trial is completed
      loss: 12.0
      trial is completed
      """
    And the trials are:
      | operation | status    | x   | y |
      | train.py  | completed | 8.0 | 3 |
      | train.py  | completed | 4.0 | 3 |
    And the batch has a link to each trial
    When I run "guild select -Fo train.py+halve.py"
    Then it prints the ids "bbb"

  Scenario: A script that is no optimizer makes no trials
    When I run "guild run train.py --optimizer silent.py --run-id bbb -y"
    Then it prints "no scalar"
    And there are no trials
    And the batch is completed

  Scenario: An optimizer that is run by itself says what is missing
    Given a script "alone.py":
      """
      from guild import batch_util

      batch_util.batch_run()
      """
    When I run "guild run alone.py -y"
    Then it fails with exit status 1 and a traceback
    When I run "guild cat --output"
    Then it prints "...missing proto ..."
