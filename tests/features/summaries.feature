Feature: Summaries that a script writes
  A script that has more to tell than it prints writes it with guild.summary.SummaryWriter.

  Scenario: Scalars of a writer are compared
    Given a script "train.py":
      """
      from guild.summary import SummaryWriter

      lr = 0.1
      with SummaryWriter(".") as writer:
          for step in range(3):
              writer.add_scalar("loss", lr * (step + 1), step)
      """
    And a run "aaa" of "train.py"
    And a run "bbb" of "train.py lr=0.25"
    When I run "guild compare --table"
    Then it prints:
      """
      run  operation  started  ...  time     status     label    lr    step  loss
      bbb  train.py   ...  0:00:0...  completed  lr=0.25  0.25  2     0.75
      aaa  train.py   ...  0:00:0...  completed  lr=0.1   0.1   2     0.300000
      """

  Scenario: Writers in directories of the run
    Given a script "train.py":
      """
      from guild.summary import SummaryWriter

      print("loss: 3")
      with SummaryWriter("train") as train, SummaryWriter("val") as val:
          train.add_scalar("loss", 1)
          val.add_scalar("loss", 2)
          val.add_text("note", "not a scalar")
          val.add_histogram("weights", [1, 2, 3])
      """
    When I run "guild run train.py -y"
    Then it succeeds
    And the scalars of the latest run are:
      | loss       | 3 | 0 |
      | train#loss | 1 | 0 |
      | val#loss   | 2 | 0 |

  Scenario: A script that fails keeps what it wrote
    Given a script "train.py":
      """
      import os
      import signal

      from guild.summary import SummaryWriter

      writer = SummaryWriter(".")
      writer.add_scalar("loss", 2, step=7)
      os.kill(os.getpid(), signal.SIGKILL)
      """
    When I run "guild run train.py -y"
    Then it fails
    And the scalars of the latest run are:
      | loss | 2 | 7 |
