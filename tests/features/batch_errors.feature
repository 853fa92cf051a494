Feature: Mistakes in batches
  What can't become a batch is said in one line, before anything runs.

  Background:
    Given a script "train.py":
      """
      x = 1
      y = 2
      print(f"loss: {x * y}")
      """

  Scenario Outline: A search function has to describe a range
    When I run "guild run train.py x=<text> -y"
    Then it fails with exit status 1
    And it says "...<why>"
    And it prints nothing
    And there are no trials

    Examples:
      | text              | why                                                                                                                                    |
      | floop[1:2]        | unknown function 'floop' used for flag x                                                                                               |
      | uniform[1]        | uniform requires 2 or 3 args, got (1,) for flag x                                                                                      |
      | [1:2:3:4]         | uniform requires 2 or 3 args, got (1, 2, 3, 4) for flag x                                                                              |
      | uniform[3:1]      | invalid function args in 'x=uniform[3:1]': the lower bound 3 has to be less than the upper bound 1                                     |
      | [3:1]             | invalid function args in 'x=uniform[3:1]': the lower bound 3 has to be less than the upper bound 1                                     |
      | [1:1]             | invalid function args in 'x=uniform[1:1]': the lower bound 1 has to be less than the upper bound 1                                     |
      | [0:inf]           | invalid function args in 'x=uniform[0:inf]': the upper bound .inf has to be finite                                                     |
      | [nan:1.0]         | invalid function args in 'x=uniform[nan:1.0]': the lower bound .nan has to be finite                                                   |
      | loguniform[0:1]   | invalid function args in 'x=loguniform[0:1]': the lower bound 0 has to be greater than 0                                               |
      | [1:5:9]           | invalid function args in 'x=uniform[1:5:9]': the initial value 9 has to be from 1 to 5                                                 |

  Scenario: A wrong range is named by its flag in a grid, too
    When I run "guild run train.py x=[3:1] --optimizer + -y"
    Then it fails with exit status 1
    And it says "...invalid function args in 'x=uniform[3:1]': the lower bound 3 has to be less than the upper bound 1"

  Scenario Outline: A search needs something that varies
    When I run "guild run train.py --optimizer <optimizer> -y"
    Then it fails with exit status 1
    And it says:
      """
      ...flags for batch (x=1, y=2) do not contain any search dimensions
      Try specifying a range for one or more flags as NAME=[MIN:MAX].
      """
    And there are no trials

    Examples:
      | optimizer |
      | random    |
      | gp        |
      | forest    |
      | gbrt      |

  Scenario: An optimizer that is not there is named
    When I run "guild run train.py x=[1:2] --optimizer nope -y"
    Then it fails with exit status 1
    And it says "guild: ...'nope'..."
    And there are no runs

  Scenario: Flags for an optimizer need one
    When I run "guild run train.py -Fo foo=1 -y"
    Then it fails with exit status 1
    And it says "guild: invalid optimizer flag foo=1: no optimizer specified"
    And there are no runs

  Scenario: A flag that the optimizer does not have is refused
    When I run "guild run train.py x=[1:2] -o gp -Fo foo=1 -y"
    Then it fails with exit status 1
    And it says "guild: unsupported flag 'foo'..."
    And there are no runs

  Scenario: A grid has no flags of its own
    When I run "guild run train.py x=[1,2] -Fo foo=1 -y"
    Then it fails with exit status 1
    And it says "guild: unsupported flag 'foo'..."

  Scenario Outline: Values of an optimizer's flags are checked
    When I run "guild run train.py x=[1:2] -o gp -Fo <flag> -y"
    Then it fails with exit status 1
    And it says "guild: ..."
    And there are no runs

    Examples:
      | flag             |
      | kappa=high       |
      | random-starts=-1 |
      | acq-func=best    |
      | kappa            |

  Scenario Outline: What can't be combined
    When I run "guild run train.py x=[1,2] <options> -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: <one> and <other> cannot both be used
      Try 'guild run --help' for more information.
      """
    And there are no runs

    Examples:
      | options                       | one            | other          |
      | --optimize --optimizer gp     | --optimize     | --optimizer    |
      | --minimize a --maximize b     | --minimize     | --maximize     |
      | --print-trials --stage-trials | --print-trials | --stage-trials |
      | --print-trials --save-trials f.csv | --print-trials | --save-trials |

  Scenario Outline: Numbers have to make sense
    When I run "guild run train.py x=[1,2] <option> -y"
    Then it fails with exit status 2
    And there are no runs

    Examples:
      | option           |
      | --max-trials 0   |
      | --max-trials -1  |
      | --max-trials few |
      | --jobs 0         |
      | --jobs many      |

  Scenario Outline: A seed that no generator takes is refused before anything is made
    When I run "guild run train.py x=[1,2] --random-seed <seed> --stage -y"
    Then it fails with exit status 1
    And it says "guild: invalid random seed <seed>: must be from 0 to 4294967295"
    And there are no runs

    Examples:
      | seed       |
      | -1         |
      | 4294967296 |

  Scenario: A run has no trials to be shown
    When I run "guild run train.py --print-trials"
    Then it fails with exit status 1
    And it says "guild: cannot print trials for a non-batch operation"

  Scenario: A run has no trials to be saved
    When I run "guild run train.py --save-trials trials.csv"
    Then it fails with exit status 1
    And it says "guild: cannot save trials for a non-batch operation"
    And the project has no file "trials.csv"

  Scenario: Trials that depend on each other can't be shown before
    When I run "guild run train.py x=[1:2] -o gp --print-trials"
    Then it fails with exit status 1
    And it says "...optimizer does not support printing trials"
    And it prints nothing

  Scenario: Trials that depend on each other can't be saved
    When I run "guild run train.py x=[1:2] -o gp --save-trials trials.csv"
    Then it fails with exit status 1
    And it says "...optimizer does not support saving trials"
    And it prints nothing

  Scenario: Trials that depend on each other can't be staged
    When I run "guild run train.py x=[1:2] -o gp --stage-trials -y"
    Then it fails with exit status 1
    And it says "guild: operation 'skopt:gp' does not support --stage-trials"
    And there are no runs

  Scenario: Trials are saved to files that can be read again
    When I run "guild run train.py x=[1,2] --save-trials trials.xls"
    Then it fails with exit status 1
    And it says "guild: Unsupported extension '.xls' - use '.csv', '.json', or no extension"
    And it prints nothing

  Scenario Outline: An objective is one scalar
    When I run "guild run train.py x=[1:2] -o gp --minimize <objective> -y"
    Then it fails with exit status 1
    And it says "...invalid objective <said>"
    And there are no trials

    Examples:
      | objective | said                     |
      | a,b       | 'a,b': too many columns  |
      | '=x'      | '=x': ...                |
      | ''        | '': ...                  |

  Scenario: All values of a list are checked
    When I run "guild run train.py x=[1,fast] -y"
    Then it fails with exit status 1
    And it says "guild: invalid value ... for x: ..."
    And there are no runs

  Scenario: Guild says how many trials there would be before it makes any
    When I answer "n" to "guild run train.py x=range[1:100] y=range[1:100]"
    Then it says "You are about to run train.py as a batch (10000 trials)"
    And there are no runs

  Scenario: More trials than anybody can want
    Given a script "train.py":
      """
      x = 1
      y = 1
      """
    When I run "guild run train.py x=range[1:10000] y=range[1:10000] -y"
    Then it fails with exit status 1
    And it says "guild: there would be 100,000,000 trials"
    And there are no runs

  Scenario: A range that goes backwards
    Given a script "train.py":
      """
      x = 1
      """
    When I run "guild run train.py x=range[3:1] -y"
    Then it says "WARNING: there are no trials to run: the list of values of x is empty"
