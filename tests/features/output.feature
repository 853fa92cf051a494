Feature: Output
  What a script writes goes to the terminal as it comes, and is kept byte for byte.

  Scenario: Both streams are shown and kept
    Given a script "both.py":
      """
      import sys
      print("to out", flush=True)
      print("to err", file=sys.stderr, flush=True)
      """
    When I run "guild run both.py -y"
    Then it prints:
      """
      to out
      """
    And it says:
      """
      to err
      """
    And the output of the latest run has the lines:
      | to out |
      | to err |

  Scenario: Output comes while the script runs
    Given a script "wait.py" that runs until it is stopped
    When "guild run wait.py --run-id aaa -y" is under way
    Then the output of the run "aaa" becomes:
      """
      ready
      """

  Scenario: Bytes are kept whatever they are
    Given a script "bytes.py":
      """
      import sys
      sys.stdout.buffer.write(bytes(range(256)) + b"\r\n\r\n" + b"no newline at the end")
      """
    When I run "guild run bytes.py -y"
    Then it prints the bytes that the script wrote
    And the output of the latest run are the bytes that the script wrote

  Scenario: A restart begins a new output
    Given a script "train.py":
      """
      lr = 0.1
      print("rate", lr)
      """
    And a run "aaa" of "train.py"
    When I run "guild run --restart aaa lr=0.5 -y"
    Then the output of the latest run is:
      """
      rate 0.5
      """

  Scenario: What a script reads is what the user types
    Given a script "ask.py":
      """
      print("hello", input())
      """
    When I answer "Ann" to "guild run ask.py -y"
    Then it prints "hello Ann"

  Scenario: Output can be left alone
    Given a script "plain.py":
      """
      print("loss: 1")
      """
    And the environment variable NO_RUN_OUTPUT is "1"
    When I run "guild run plain.py -y"
    Then it prints "loss: 1"
    And nothing of the output of the latest run is kept
