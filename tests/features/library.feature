Feature: Guild as a library
  What the commands do can be done from Python as well.

  Background:
    Given a script "train.py":
      """
      lr = 0.1
      """
    And a run "aaa" of "train.py"

  Scenario: A run is read and changed
    When I run in Python:
      """
      from guild.config import guild_home
      from guild.run import for_dir

      run = for_dir(f"{guild_home()}/runs/aaa")
      print(run.id, run.status, run.get("flags"))
      run.write_attr("label", "from Python")
      """
    Then it prints "aaa completed {'lr': 0.1}"
    And the runs are:
      | id  | label       |
      | aaa | from Python |

  Scenario: Whether a restart is needed
    When I run in Python:
      """
      from guild import op_util
      from guild.config import guild_home
      from guild.run import for_dir

      run = for_dir(f"{guild_home()}/runs/aaa")
      print(op_util.restart_needed(run, {"lr": 0.1}), op_util.restart_needed(run, {"lr": 0.2}))
      op_util.set_run_pending(run)
      print(op_util.restart_needed(run, {"lr": 0.1}))
      """
    Then it prints:
      """
      False True
      True
      """
    And the run "aaa" is pending

  Scenario: The home is chosen for a part of a program
    When I run in Python:
      """
      from guild.config import SetGuildHome, guild_home

      with SetGuildHome("other"):
          print(guild_home())
      print(guild_home())
      """
    Then it prints:
      """
      .../project/other
      .../home
      """
