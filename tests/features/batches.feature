Feature: Batches
  A flag may have several values: as a list, or as a function that stands for one. The operation
  then runs once for each value, and of several such flags for each combination. Each of these
  trials is a run of its own. What made them is a run as well, the batch, which is deleted at
  the end unless it is to be kept.

  Background:
    Given a script "train.py":
      """
      x = 1
      y = 2
      z = "a"
      print(f"{x} {y} {z}")
      print(f"loss: {x * y}")
      """

  Scenario: A list has a trial for each of its items
    When I run "guild run train.py x=[3,1,2] -y"
    Then it succeeds
    And it prints:
      """
      3 2 a
      loss: 6
      1 2 a
      loss: 2
      2 2 a
      loss: 4
      """
    And it says:
      """
      INFO: [guild] Running trial ...: train.py (x=3, y=2, z=a)
      INFO: [guild] Running trial ...: train.py (x=1, y=2, z=a)
      INFO: [guild] Running trial ...: train.py (x=2, y=2, z=a)
      """
    And the trials are:
      | operation | status    | label       | x | y |
      | train.py  | completed | x=3 y=2 z=a | 3 | 2 |
      | train.py  | completed | x=1 y=2 z=a | 1 | 2 |
      | train.py  | completed | x=2 y=2 z=a | 2 | 2 |
    And there is no batch

  Scenario: Several lists have a trial for each combination, the last name changing fastest
    When I run "guild run train.py y=[1,2] x=[1,2] -y"
    Then the trials are:
      | x | y |
      | 1 | 1 |
      | 1 | 2 |
      | 2 | 1 |
      | 2 | 2 |

  Scenario: Each trial has scalars of its own
    When I run "guild run train.py x=[3,5] -y"
    And I run "guild compare --csv - --skip-core --skip-op-cols"
    And I run "guild select --max loss --attr label"
    Then it prints "x=5 y=2 z=a"

  Scenario: What the trials would be can be seen before
    When I run "guild run train.py x=range[1:3] y=linspace[0:1:3] --print-trials"
    Then it prints:
      """
      #  x  y    z
      1  1  0.0  a
      2  1  0.5  a
      3  1  1.0  a
      4  2  0.0  a
      5  2  0.5  a
      6  2  1.0  a
      7  3  0.0  a
      8  3  0.5  a
      9  3  1.0  a
      """
    And there are no runs

  Scenario Outline: Functions stand for lists
    When I run "guild run train.py y=<text> --print-trials"
    Then it prints "1  1  <first>...a"
    And it prints "<count>  1  <last>...a"
    And it prints <lines> lines

    Examples:
      | text              | count | lines | first  | last |
      | range[1:3]        | 3     | 4     | 1      | 3    |
      | range[0:10:5]     | 3     | 4     | 0      | 10   |
      | range[3:1:-1]     | 3     | 4     | 3      | 1    |
      | linspace[0:1]     | 5     | 6     | 0.0    | 1.0  |
      | linspace[1:2:3]   | 3     | 4     | 1.0    | 2.0  |
      | logspace[-2:1:4]  | 4     | 5     | 0.01   | 10.0 |
      | logspace[0:3:4:2] | 4     | 5     | 1.0    | 8.0  |
      | geomspace[1:8:4]  | 4     | 5     | 1.0    | 8.0  |

  Scenario: A value that is there several times is tried several times
    When I run "guild run train.py x=[1]*3 -y"
    Then the trials are:
      | x |
      | 1 |
      | 1 |
      | 1 |

  Scenario: Items may be of any kind
    Given a script "kinds.py":
      """
      x = None
      """
    When I run "guild run kinds.py 'x=[a, yes, null, 1.5, b c]' --print-trials"
    Then it prints:
      """
      #  x
      1  a
      2  yes
      3  null
      4  1.5
      5  b c
      """

  Scenario: Of an empty list there are no trials
    When I run "guild run train.py x=[] -y"
    Then it succeeds
    And there are no runs

  Scenario: A list that a script has itself is one value
    Given a script "layers.py":
      """
      layers = [1, 2]
      print(f"layers are {layers}")
      """
    When I run "guild run layers.py -y"
    Then it prints "layers are [1, 2]"
    And it says nothing
    When I run "guild run layers.py 'layers=[3 4, 5 6 7]' -y"
    Then it prints:
      """
      layers are [3, 4]
      layers are [5, 6, 7]
      """

  Scenario: A single run can be made a batch
    When I run "guild run train.py --optimizer + -y"
    Then it prints "1 2 a"
    And it says "INFO: [guild] Running trial ...: train.py (x=1, y=2, z=a)"
    And there is 1 trial

  Scenario: More trials than wanted are sampled, and keep their order
    When I run "guild run train.py x=[1,2,3] y=[10,20] --max-trials 3 --random-seed 1 --print-trials"
    Then it prints:
      """
      #  x  y   z
      1  1  10  a
      2  1  20  a
      3  3  10  a
      """

  Scenario: The same seed samples the same trials
    When I run "guild run train.py x=[1,2,3] y=[10,20] --trials 3 --random-seed 1 -y"
    Then the trials are:
      | x | y  |
      | 1 | 10 |
      | 1 | 20 |
      | 3 | 10 |

  Scenario: Fewer trials than the greatest number are all run
    When I run "guild run train.py x=[1,2] -m 10 -y"
    Then there are 2 trials

  Scenario: Search functions in a grid are drawn anew for each trial
    When I run "guild run train.py x=[1,2] y=[1:1000000] --optimizer + --random-seed 1 -y"
    Then it succeeds
    And there are 2 trials
    When I run "guild run train.py x=[1,2] y=[1:1000000:7] --optimizer + --print-trials"
    Then it prints "1  1  7 ..."

  Scenario: Trials can be saved to a file
    Given a script "kinds.py":
      """
      x = 1
      z = None
      """
    When I run "guild run kinds.py x=[1,2] 'z=[a, yes, null]' --save-trials trials.csv"
    Then it prints or says "Saving trials to ...trials.csv"
    And the file "trials.csv" is:
      """
      x,z
      1,a
      1,yes
      1,null
      2,a
      2,yes
      2,null
      """
    And there are no runs

  Scenario: Trials can be saved as JSON
    When I run "guild run train.py x=[1,2] --save-trials trials.json"
    Then it succeeds
    And the file "trials.json" is:
      """
      [{"x": 1, "y": 2, "z": "a"}, {"x": 2, "y": 2, "z": "a"}]
      """

  Scenario: Guild says what it is about to do, and asks
    When I answer "n" to "guild run train.py x=[1,2]"
    Then it says:
      """
      You are about to run train.py as a batch (2 trials)
        x: [1, 2]
        y: 2
        z: a
      Continue? (Y/n)
      """
    And there are no runs

  Scenario Outline: The question says how trials are chosen and how many there are
    When I answer "n" to "guild run train.py <words>"
    Then it says "You are about to <phrase>"

    Examples:
      | words                            | phrase                                                                |
      | x=[1]                            | run train.py as a batch (1 trial)                                     |
      | x=[1,2,3] -m 2                   | run train.py as a batch (2 trials)                                    |
      | x=[1:10]                         | run train.py with random search (20 trials)                           |
      | x=[1:10] -m 3                    | run train.py with random search (3 trials)                            |
      | x=[1:10] -o gp                   | run train.py with skopt:gp optimizer (20 trials, minimize loss)       |
      | x=[1:10] -o gp -X acc -m 5       | run train.py with skopt:gp optimizer (5 trials, maximize acc)         |
      | x=[1,2] --stage                  | stage train.py as a batch (2 trials)                                  |
      | x=[1,2] --stage-trials           | stage trials for train.py as a batch (2 trials)                       |

  Scenario: The question shows the flags of the optimizer
    When I answer "n" to "guild run train.py x=[1:10] -o forest -Fo kappa=1.5"
    Then it says:
      """
      You are about to run train.py with skopt:forest optimizer (20 trials, minimize loss)
        x: [1:10]
        y: 2
        z: a
      Optimizer flags:
        kappa: 1.5
        prev-trials: batch
        random-starts: 3
        xi: 0.05
      Continue? (Y/n)
      """

  Scenario: A batch is kept if that is wanted
    When I run "guild run train.py x=[1,2] --keep-batch --run-id bbb -y"
    Then the batch is completed
    And there are 2 trials
    And the batch has a link to each trial
    When I run "guild runs"
    Then it prints:
      """
      [1:...]  train.py   ...  completed  x=2 y=2 z=a
      [2:...]  train.py   ...  completed  x=1 y=2 z=a
      [3:bbb] ...train.py+  ...  completed
      """

  Scenario: Batches are found by their operation
    Given I ran "guild run train.py x=[1,2] --keep-batch --run-id bbb -y"
    When I run "guild select -Fo train.py+"
    Then it prints the ids "bbb"

  Scenario: A batch that was deleted can be restored
    Given I ran "guild run train.py x=[1,2] --run-id bbb -y"
    When I run "guild runs restore bbb -y"
    Then the batch is completed

  Scenario: What is kept of a batch
    When I run "guild run train.py x=[1,2] --keep-batch --random-seed 7 -m 2 -y"
    Then the batch has the attribute "objective":
      """
      loss
      """
    And the batch has the attribute "max_trials":
      """
      2
      """
    And the batch has the attribute "random_seed":
      """
      7
      """
    And all trials have the same random seed as the batch's template

  Scenario: All trials have one seed if none is given
    When I run "guild run train.py x=[1,2,3] --keep-batch -y"
    Then all trials have the same random seed as the batch's template

  Scenario: Labels and tags are those of trials, or of the batch
    When I run "guild run train.py x=[1,2] -l 'x is ${x}' -t small -bl 'all of them' -bt big --keep-batch -y"
    Then the trials are:
      | label  | tags  |
      | x is 1 | small |
      | x is 2 | small |
    And the batch is:
      | label       | tags |
      | all of them | big  |

  Scenario: Comments are those of trials, or of the batch
    Given I ran "guild run train.py x=[1] -c 'a trial' -bc 'a batch' --keep-batch -y"
    When I run "guild select -Fc 'a trial' -Fo train.py --attr label"
    Then it prints "x=1 y=2 z=a"
    When I run "guild select -Fc 'a batch' -Fo train.py+"
    Then it prints 1 lines

  Scenario: Trials run the source code that there was when the batch began
    Given a script "change.py":
      """
      x = 1
      print("before")
      import os
      with open(os.path.join(os.environ["PROJECT"], "change.py"), "w") as file:
          file.write("x = 1\nprint('after')\n")
      """
    And scripts know the project's directory as PROJECT
    When I run "guild run change.py x=[1,2] -y"
    Then it prints:
      """
      before
      before
      """

  Scenario: A trial that fails doesn't stop the others
    Given a script "fail.py":
      """
      import sys
      x = 1
      print(f"x is {x}")
      sys.exit(5 if x == 2 else 0)
      """
    When I run "guild run fail.py x=[1,2,3] --keep-batch -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Running trial ...: fail.py (x=1)
      INFO: [guild] Running trial ...: fail.py (x=2)
      ERROR: [guild] Trial ... exited with an error (5) - see log for details
      INFO: [guild] Running trial ...: fail.py (x=3)
      """
    And the trials are:
      | status    | x |
      | completed | 1 |
      | error     | 2 |
      | completed | 3 |
    And the batch is completed

  Scenario: A failing trial stops the batch if that is asked for
    Given a script "fail.py":
      """
      import sys
      x = 1
      sys.exit(5 if x == 2 else 0)
      """
    When I run "guild run fail.py x=[1,2,3] --fail-on-trial-error -y"
    Then it fails with exit status 5
    And it says:
      """
      INFO: [guild] Running trial ...: fail.py (x=1)
      INFO: [guild] Running trial ...: fail.py (x=2)
      ERROR: [guild] Trial ... exited with an error (5) - see log for details
      ERROR: [guild] Stopping batch because a trial failed (pending trials can be started as needed)
      """
    And the trials are, in any order:
      | status    | x |
      | completed | 1 |
      | error     | 2 |
      | staged    | 3 |
    And the batch is error

  Scenario: A trial that is terminated doesn't stop the others
    Given a script "stopped.py":
      """
      import os, signal
      x = 1
      if x == 1:
          os.kill(os.getpid(), signal.SIGTERM)
      """
    When I run "guild run stopped.py x=[1,2] -y"
    Then it succeeds
    And it says:
      """
      INFO: [guild] Running trial ...: stopped.py (x=1)
      INFO: [guild] Trial ... was terminated
      INFO: [guild] Running trial ...: stopped.py (x=2)
      """
    And the trials are:
      | status     | x |
      | terminated | 1 |
      | completed  | 2 |

  Scenario Outline: A batch that is stopped leaves what it did not start staged
    Given a script "wait.py" that runs until it is stopped
    When "guild run wait.py x=[1,2] --force-flags --run-id bbb -y" is under way
    And guild gets <signal>
    Then guild ends with exit status <code>
    And the trials are, in any order:
      | status     | x |
      | terminated | 1 |
      | staged     | 2 |
    And the run "bbb" is terminated

    Examples:
      | signal  | code |
      | SIGTERM | 241  |
      | SIGINT  | 254  |

  Scenario: A batch is stopped like any run
    Given a script "wait.py" that runs until it is stopped
    When "guild run wait.py x=[1,2] --force-flags --run-id bbb -y" is under way
    And I run "guild stop bbb -y"
    Then the run "bbb" stops running
    And guild ends
    And the trials are, in any order:
      | status     | x |
      | terminated | 1 |
      | staged     | 2 |

  Scenario: The output of trials can be left out
    When I run "guild run train.py x=[1,2] --quiet -y"
    Then it succeeds
    And it prints nothing

  Scenario: The log of a batch is kept with it
    When I run "guild run train.py x=[1,2] --keep-batch --run-id bbb -y"
    And I run "guild cat bbb --output"
    Then it prints "...Running trial ...: train.py (x=2, y=2, z=a)"

  Scenario: A batch is skipped if there is one with the same flags
    Given I ran "guild run train.py x=[1,2] --keep-batch --run-id bbb -y"
    When I run "guild run train.py x=[1,2] --needed -y"
    Then it succeeds
    And there are 2 trials
    And there is 1 batch

  Scenario: Only those trials are run of which there is no run
    Given a run "aaa" of "train.py x=2"
    When I run "guild run train.py x=[1,2,3] --needed -y"
    Then it succeeds
    And the trials are:
      | x |
      | 2 |
      | 1 |
      | 3 |

  Scenario: What only batches know is said to be ignored for a run
    When I run "guild run train.py --max-trials 3 -y"
    Then it prints "1 2 a"
    And it says "WARNING: not a batch run - ignoring --max-trials"
    When I run "guild run train.py --batch-comment hello -y"
    Then it says "WARNING: operation is not a batch - ignoring batch comment"

  Scenario: Long lists are shown by their ends
    When I answer "n" to "guild run train.py x=range[1:30]"
    Then it says "You are about to run train.py as a batch (30 trials)"
    And it says "  x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (10 more), 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]"

  Scenario: With --needed, a value that is there several times is tried once
    When I run "guild run train.py x=[1,1,2] --needed -y"
    Then the trials are:
      | x |
      | 1 |
      | 2 |

  Scenario: With --needed, trials that a limit left out before are run
    Given a run "bbb" of "train.py x=[1,2,3] --max-trials 1 --keep-batch"
    When I run "guild run train.py x=[1,2,3] --needed -y"
    Then it succeeds
    And there are 3 trials

  Scenario: A minimum that no trial has is told of at the end
    When I run "guild run train.py x=[1,2] --minimize nope -y"
    Then it succeeds
    And it says "WARNING: [guild] No trial has 'nope' as a finite number: there is nothing to minimize"
