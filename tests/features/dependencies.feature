Feature: What operations depend on
  An operation says what it needs: files, archives, downloads, results of other runs, modules,
  config files. It is brought into each run before the program starts, and is on record with it.

  Background:
    Given a script "show.py":
      """
      import os
      for base, dirs, files in os.walk("."):
          dirs[:] = sorted(d for d in dirs if d not in (".guild", "__pycache__"))
          links = [d for d in dirs if os.path.islink(f"{base}/{d}")]
          for name in sorted([*files, *links]):
              path = f"{base}/{name}"[2:]
              if path not in ("guild.yml", "show.py", "make.py") and name != ".guild-nocopy":
                  kind = "link" if os.path.islink(path) else "file"
                  text = "" if os.path.isdir(path) else open(path).read().strip()
                  print(kind, path, text)
      """
    And a script "make.py":
      """
      import os
      value = 1
      os.mkdir("out")
      open("out/z.txt", "w").write("Z")
      for n in (9, 10):
          open(f"model-{n}.ckpt", "w").write(f"{n} of {value}")
      """
    And an empty file "data/.guild-nocopy"
    And a file "data/a.txt":
      """
      A
      """
    And a file "data/b.txt":
      """
      B
      """
    And a file "data/c.csv":
      """
      C
      """

  Scenario: Files are copied, and are no source code
    Given a file "guild.yml":
      """
      show:
        requires:
          - file: data
          - file: data/a.txt
            target-path: x/y
      """
    When I run "guild run show --run-id aaa -y"
    Then it prints:
      """
      file data/a.txt A
      file data/b.txt B
      file data/c.csv C
      file x/y/a.txt A
      """
    And it says:
      """
      Resolving file:data
      Resolving file:data/a.txt
      """
    And the run "aaa" depends on:
      | target    | source          |
      | data      | file:data       |
      | x/y/a.txt | file:data/a.txt |
    When I run "guild ls aaa --dependencies -n"
    Then it prints:
      """
      data/.guild-nocopy
      data/a.txt
      data/b.txt
      data/c.csv
      x/y/a.txt
      """
    When I run "guild ls aaa --generated -n"
    Then it prints nothing

  Scenario: Files are selected, renamed and linked
    Given a file "guild.yml":
      """
      show:
        requires:
          - file: data
            select: '.*\.txt'
            rename: '(.*)\.txt my-\1.text'
            target-type: link
            target-path: sub
      """
    When I run "guild run show -y"
    Then it prints:
      """
      link sub/my-a.text A
      link sub/my-b.text B
      """

  Scenario: A named resource has several sources
    Given a file "guild.yml":
      """
      - model: m
        operations:
          show:
            requires: some
        resources:
          some:
            path: in
            sources:
              - data/a.txt
              - file: data/b.txt
                preserve-path: yes
      """
    When I run "guild run show -y"
    Then it prints:
      """
      file data/b.txt B
      file in/a.txt A
      """
    And it says "Resolving some"

  Scenario: A file that is missing makes the run fail
    Given a file "guild.yml":
      """
      show:
        requires:
          - file: data/a.txt
          - {file: nope.txt, help: Ask for it.}
      """
    When I run "guild run show --run-id aaa -y"
    Then it fails with exit status 1
    And it says:
      """
      Resolving file:data/a.txt
      Resolving file:nope.txt
      guild: run failed because a dependency was not met: could not resolve 'file:nope.txt' in file:nope.txt resource: cannot find source file 'nope.txt'
      Ask for it.
      """
    And the run "aaa" is error

  Scenario: A run that failed for want of a file goes on where it was
    Given a file "guild.yml":
      """
      show:
        requires:
          - file: data/a.txt
          - file: nope.txt
      """
    And I tried "guild run show --run-id aaa -y"
    And a file "nope.txt":
      """
      here
      """
    When I run "guild run --restart aaa -y"
    Then it says:
      """
      Resolving file:data/a.txt
      Skipping resolution of file:data/a.txt because it's already resolved
      Resolving file:nope.txt
      """
    And it prints:
      """
      file a.txt A
      file nope.txt here
      """

  Scenario: A missing file may be done without
    Given a file "guild.yml":
      """
      show:
        requires:
          - {file: nope.txt, optional: yes}
      """
    When I run "guild run show -y"
    Then it succeeds
    And it says "Could not resolve file:nope.txt - skipping because dependency is optional ..."

  Scenario: Users may go on without what is missing
    Given a file "guild.yml":
      """
      show:
        requires: [{file: nope.txt}, {file: data/a.txt}]
      """
    When I run "guild run show --force-deps -y"
    Then it prints "file a.txt A"
    And it says "WARNING: a dependency was not met: could not resolve 'file:nope.txt' in ..."

  Scenario: Nothing that matches is worth a warning, or a failure
    Given a file "guild.yml":
      """
      show:
        requires: [{file: data, select: 'x.*'}]
      strict:
        main: show
        requires: [{file: data, select: 'x.*', fail-if-empty: yes}]
      quiet:
        main: show
        requires: [{file: data, select: 'x.*', warn-if-empty: no}]
      """
    When I run "guild run show -y"
    Then it succeeds
    And it says "WARNING: nothing resolved for file:data"
    When I run "guild run strict -y"
    Then it fails with exit status 1
    And it says "guild: run failed because a dependency was not met: ...nothing resolved for file:data"
    When I run "guild run quiet -y"
    Then it says:
      """
      Resolving file:data
      """

  Scenario: A wrong hash makes the run fail
    Given a file "guild.yml":
      """
      show:
        requires: [{file: data/a.txt, sha256: abc}]
      """
    When I run "guild run show -y"
    Then it fails with exit status 1
    And it says "guild: ...has an unexpected sha256 (expected abc but got 06f961b802bc46ee168555f066d28f4f0e9afdf3f88174c1ee6f9de004fc30a0)"

  Scenario: What is in the way is left alone unless it may be replaced
    Given a file "guild.yml":
      """
      show:
        requires:
          - file: data/a.txt
          - {file: data/b.txt, rename: a.txt}
      replace:
        main: show
        requires:
          - file: data/a.txt
          - {file: data/b.txt, rename: a.txt, replace-existing: yes}
      """
    When I run "guild run show -y"
    Then it prints "file a.txt A"
    And it says "WARNING: .../a.txt already exists, skipping copy"
    When I run "guild run replace -y"
    Then it prints "file a.txt B"

  Scenario: What is there already is worth a warning only if it is something else
    Given a script "t.py":
      """
      print("hello")
      """
    And a file "guild.yml":
      """
      t:
        requires: [{file: t.py}, {file: data/a.txt}, {file: data/a.txt}]
      """
    When I run "guild run t --run-id aaa -y"
    Then it prints "hello"
    And it says:
      """
      Resolving file:t.py
      Resolving file:data/a.txt
      Resolving file:data/a.txt
      """

  Scenario: Files go nowhere else than the run
    Given a file "guild.yml":
      """
      up: {main: show, requires: [{file: data/a.txt, target-path: ../x}]}
      abs: {main: show, requires: [{file: data/a.txt, path: /tmp}]}
      name: {main: show, requires: [{file: data/a.txt, rename: 'a.txt ../../x'}]}
      """
    When I run "guild run up -y"
    Then it fails with exit status 1
    And it says "guild: ...invalid path '../x' in file:data/a.txt resource (path must stay in the run directory, out of .guild)"
    When I run "guild run abs -y"
    Then it fails with exit status 1
    When I run "guild run name -y"
    Then it fails with exit status 1
    And it says "guild: ...invalid name '../../x' for 'a.txt': not in the run directory"

  Scenario: Flags are in paths
    Given a file "guild.yml":
      """
      show:
        flags: {which: a}
        requires: [{file: 'data/${which}.txt', rename: '.* ${which}-file'}]
      wrong:
        main: show
        requires: [{file: 'data/${no}.txt'}]
      """
    When I run "guild run show which=b -y"
    Then it prints "file b-file B"
    When I run "guild run wrong -y"
    Then it fails with exit status 1
    And it says "guild: ...cannot resolve 'data/${no}.txt' in ... undefined reference 'no'"

  Scenario: A flag names the resource
    Given a file "guild.yml":
      """
      - model: ''
        operations:
          show:
            flags: {r: one}
            requires: '${r}'
          part:
            main: show
            flags: {n: 1}
            requires: [{resource: 'data-${n}'}]
          other:
            main: show
            flags: {m: m}
            requires: '${m}:data'
          wrong:
            main: show
            requires: 'data-${q}'
        resources:
          one: {sources: [data/a.txt]}
          two: {sources: [{file: data/b.txt, rename: a.txt}]}
          data-1: {sources: [data/c.csv]}
      - model: m
        resources: {data: {sources: [data/b.txt]}}
      """
    When I run "guild run show --run-id aaa -y"
    Then it prints "file a.txt A"
    And it says:
      """
      Resolving one
      """
    When I run "guild run part -y"
    Then it prints "file c.csv C"
    When I run "guild run other -y"
    Then it prints "file b.txt B"
    When I run "guild run show r=m:data -y"
    Then it prints "file b.txt B"
    When I run "guild run show r=[one,two] -y"
    Then it prints "file a.txt A"
    And it prints "file a.txt B"
    When I run "guild run --restart aaa r=two -y"
    Then it prints:
      """
      file a.txt B
      """
    When I run "guild run show r=twoo -y"
    Then it fails with exit status 1
    And it says:
      """
      guild: resource 'twoo' ('${r}') required by operation 'show' is not defined
      Did you mean 'two'?
      """
    When I run "guild run show r=[one,twoo] -y"
    Then it fails with exit status 1
    And it says "guild: resource 'twoo' ('${r}') required by operation 'show' is not defined"
    When I run "guild run wrong -y"
    Then it fails with exit status 1
    And it says "guild: cannot resolve 'data-${q}' in requires of operation 'wrong': undefined reference 'q'"

  Scenario: What a flag names is known without the project
    Given a file "guild.yml":
      """
      - model: ''
        operations:
          show:
            flags: {r: one}
            requires: '${r}'
        resources:
          one: {sources: [data/a.txt]}
          two: {sources: [data/b.txt]}
      """
    And a file "trials.csv":
      """
      r
      one
      two
      """
    And I ran "guild run show --run-id aaa -y"
    And I ran "guild run show @trials.csv --stage --run-id bbb -y"
    And the project has lost its file "guild.yml"
    When I run "guild run --restart aaa -y"
    Then it prints "file a.txt A"
    When I run "guild run --start bbb -y"
    Then it prints "file a.txt A"
    And it prints "file b.txt B"

  Scenario: What needs a package that is not there fails alone
    Given a file "guild.yml":
      """
      show: {}
      strange:
        main: show
        requires: nopkg/data
      """
    When I run "guild run show -y"
    Then it succeeds
    When I run "guild check"
    Then it prints "...guild.yml:4: resource 'nopkg/data' required by operation 'strange' is not installed"
    When I run "guild run strange -y"
    Then it fails with exit status 1
    And it says "guild: resource 'nopkg/data' required by operation 'strange' is not installed"

  Scenario: A flag names another file
    Given a file "guild.yml":
      """
      show:
        requires: [{file: data/a.txt, flag-name: input}]
      """
    When I run "guild run show -y"
    Then it prints "file a.txt A"
    When I run "guild run show input=data/b.txt -y"
    Then it prints "file b.txt B"
    And it says "Using .../data/b.txt for input"
    When I run "guild run show input=data/no.txt -y"
    Then it fails with exit status 1
    And it says "guild: .../data/no.txt does not exist"

  Scenario: Users add files of their own
    Given a file "guild.yml":
      """
      show: {}
      """
    When I run "guild run show --dep data/a.txt -D data -y"
    Then it prints:
      """
      link a.txt A
      link data
      """
    And it says:
      """
      Resolving data/a.txt
      Resolving data
      """

  Scenario: What users add is no source code
    Given a file "more/x.csv":
      """
      X
      """
    And an empty file "train.py"
    When I run "guild run train.py --dep more --run-id aaa -y"
    Then it succeeds
    And the run "aaa" depends on:
      | target | source        |
      | more   | file:.../more |

  Scenario: Each trial of a batch gets what it needs
    Given a file "guild.yml":
      """
      show:
        flags: {which: a}
        requires: [{file: 'data/${which}.txt'}]
      """
    When I run "guild run show which=[a,b] -y"
    Then it prints "file a.txt A"
    And it prints "file b.txt B"

  Scenario: Each trial that a program makes gets what it needs
    Given a script "tune.py":
      """
      from guild import batch_util
      batch = batch_util.batch_run()
      for which in ("a", "b"):
          batch_util.run_trial(batch, {"which": which})
      """
    And a file "guild.yml":
      """
      show:
        flags: {which: a}
        requires: [{file: 'data/${which}.txt'}]
      """
    When I run "guild run show -o tune.py -y"
    Then it prints "file a.txt A"
    And it prints "file b.txt B"
    And it says "INFO: [guild] Resolving file:data/${which}.txt"

  Scenario: Archives are unpacked
    Given a file "guild.yml":
      """
      show:
        requires: [{file: x.tar.gz}]
      some:
        main: show
        requires: [{file: x.tar.gz, select: 'data/(a|b).txt'}]
      packed:
        main: show
        requires: [{file: packed.txt.gz, unpack: no, target-type: link, rename: link}]
      """
    And an archive "x.tar.gz" of "data"
    When I run "guild run show -y"
    Then it prints:
      """
      file data/a.txt A
      file data/b.txt B
      file data/c.csv C
      """
    And it says:
      """
      Resolving file:x.tar.gz
      Unpacking .../x.tar.gz
      """
    When I run "guild run some -y"
    Then it prints:
      """
      file a.txt A
      file b.txt B
      """
    And it says:
      """
      Resolving file:x.tar.gz
      """

  Scenario: An archive that would write elsewhere is refused
    Given a file "guild.yml":
      """
      show:
        requires: [{file: evil.zip}]
      """
    And an archive "evil.zip" with an entry "../../evil.txt"
    When I run "guild run show -y"
    Then it fails with exit status 1
    And it says "guild: ...cannot unpack .../evil.zip: entry '../../evil.txt' leads out of it"

  Scenario: What another operation made is linked
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make}]
      """
    And a run "up" of "make"
    When I run "guild run show --run-id aaa -y"
    Then it prints:
      """
      link model-10.ckpt 10 of 1
      link model-9.ckpt 9 of 1
      link out
      """
    And it says:
      """
      Resolving operation:make
      Using run up for operation:make
      """
    And the run "aaa" depends on:
      | target        | source         |
      | model-10.ckpt | operation:make |
      | model-9.ckpt  | operation:make |
      | out           | operation:make |
    And the runs are:
      | id  | label             |
      | aaa | operation:make=up |
      | up  | value=1           |

  Scenario: The largest number is chosen among files
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires:
          - operation: make
            select-max: 'model-(\d+)\.ckpt'
            target-type: copy
            path: dd
      """
    And a run "up" of "make"
    When I run "guild run show -y"
    Then it prints:
      """
      file dd/model-10.ckpt 10 of 1
      """

  Scenario: A marked run counts more than the latest, and users' word most
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make, select: 'model-9.*', name: model}]
      """
    And a run "abc" of "make value=1"
    And a run "bcd" of "make value=2"
    When I run "guild run show -y"
    Then it prints "link model-9.ckpt 9 of 2"
    Given I ran "guild mark abc -y"
    When I run "guild run show -y"
    Then it prints "link model-9.ckpt 9 of 1"
    When I run "guild run show model=bc -y"
    Then it prints "link model-9.ckpt 9 of 2"
    And it says "Using run bcd for model"

  Scenario: A batch has a trial for each run that is named
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make, select: 'model-9.*', name: model}]
      """
    And a run "abc" of "make value=1"
    And a run "bcd" of "make value=2"
    When I run "guild run show model=[abc,bcd] -y"
    Then it prints "link model-9.ckpt 9 of 1"
    And it prints "link model-9.ckpt 9 of 2"

  Scenario: A run that is started again keeps its upstream run unless another one is named
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make, select: 'model-9.*', name: model}]
      """
    And a run "abc" of "make value=1"
    And a run "aaa" of "show"
    And a run "bcd" of "make value=2"
    When I run "guild run --restart aaa -y"
    Then it prints "link model-9.ckpt 9 of 1"
    And it says "Skipping resolution of model because it's already resolved"
    When I run "guild run --restart aaa model=bc -y"
    Then it prints "link model-9.ckpt 9 of 2"
    And the flags of the run "aaa" are:
      | model | bcd |
    When I run "guild run --proto aaa -y"
    Then it prints "link model-9.ckpt 9 of 2"

  Scenario: A run that is started again with other flags gets what they name
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      build: {main: make, flags: {value: 2}}
      show:
        flags: {which: a}
        requires: [{file: 'data/${which}.txt', rename: '.* x.txt'}]
      of:
        main: show
        flags: {src: make}
        requires: [{operation: '${src}', select: 'model-9.*'}]
      """
    And a run "abc" of "make"
    And a run "bcd" of "build"
    And a run "aaa" of "show"
    And a run "bbb" of "of"
    And I ran "guild run show --stage --run-id ccc -y"
    When I run "guild run --restart aaa which=b -y"
    Then it prints:
      """
      file x.txt B
      """
    When I run "guild run --restart aaa -y"
    Then it prints "file x.txt B"
    And it says "Skipping resolution of file:data/${which}.txt because it's already resolved"
    When I run "guild run --start ccc which=b -y"
    Then it prints "file x.txt B"
    When I run "guild run --restart bbb src=build -y"
    Then it prints "link model-9.ckpt 9 of 2"
    And it says "Using run bcd for operation:${src}"
    And the flags of the run "bbb" are:
      | operation:${src} | bcd   |
      | src              | build |

  Scenario: Another run is taken for one that was deleted, unless the user chose it
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make, select: 'model-9.*'}]
      """
    And a run "abc" of "make value=1"
    And a run "bcd" of "make value=2"
    And a run "aaa" of "show"
    And a run "bbb" of "show make=bcd"
    And I ran "guild runs rm bcd -y"
    When I run "guild run --restart aaa -y"
    Then it prints "link model-9.ckpt 9 of 1"
    And it says "Using run abc for operation:make"
    And the flags of the run "aaa" are:
      | operation:make | abc |
    When I run "guild run --restart bbb -y"
    Then it fails with exit status 1
    And it says "guild: ...run bcd is not there any more; give another one by 'operation:make=RUN'"
    When I run "guild run --restart bbb operation:make=abc -y"
    Then it prints "link model-9.ckpt 9 of 1"

  Scenario: A directory stands for a run
    Given a file "guild.yml":
      """
      show:
        requires: [{operation: make}]
      """
    When I run "guild run show make=./data -y"
    Then it says "Using .../data for operation:make"
    And it prints "link a.txt A"
    When I run "guild run show make=data/none -y"
    Then it fails with exit status 1
    And it says "guild: ...data/none is not a directory"

  Scenario: Without a run there is nothing to take
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: 'make,other'}]
      """
    When I run "guild run show -y"
    Then it fails with exit status 1
    And it says:
      """
      WARNING: cannot find a suitable run for required resource 'operation:make,other'
      Resolving operation:make,other
      guild: run failed because a dependency was not met: could not resolve 'operation:make,other' in operation:make,other resource: no suitable run for make,other
      Is there a run of it? 'guild runs -Fo make' lists them.
      """

  Scenario: Runs of operations are chosen when a staged run starts
    Given a file "guild.yml":
      """
      make: {flags: {value: 1}}
      show:
        requires: [{operation: make, select: 'model-9.*'}, {file: data/a.txt}]
      """
    And a run "up" of "make"
    When I run "guild run show --stage --run-id aaa -y"
    Then it says:
      """
      Resolving operation:make
      Skipping resolution of operation:make because it's being staged
      Resolving file:data/a.txt
      """
    When I run "guild run --start aaa -y"
    Then it says:
      """
      Resolving operation:make
      Using run up for operation:make
      Resolving file:data/a.txt
      Skipping resolution of file:data/a.txt because it's already resolved
      """
    And it prints:
      """
      file a.txt A
      link model-9.ckpt 9 of 1
      """

  Scenario: A run starts again without its project
    Given a file "guild.yml":
      """
      show:
        requires: [{file: data/a.txt, always-resolve: yes, replace-existing: yes}]
      """
    And a run "aaa" of "show"
    And the project has lost its file "guild.yml"
    When I run "guild run --restart aaa -y"
    Then it prints "file a.txt A"
    And it says:
      """
      Resolving file:data/a.txt
      """

  Scenario: Modules have to be there
    Given a file "guild.yml":
      """
      good: {main: show, requires: [{module: json}, {module: show}]}
      bad: {main: show, requires: [{module: no_such_module}]}
      """
    When I run "guild run good -y"
    Then it succeeds
    When I run "guild run bad -y"
    Then it fails with exit status 1
    And it says "guild: ...could not resolve 'module:no_such_module' in module:no_such_module resource: No module named 'no_such_module'"

  Scenario: A config file has the values of the flags
    Given a file "conf.json":
      """
      {"lr": 0.1, "net": {"h": 2}}
      """
    And a file "guild.yml":
      """
      show:
        flags: {lr: 0.2}
        requires: [{config: conf.json, params: {net.h: 5, x: 1}}]
      """
    And a run "aaa" of "show"
    When I run "guild run show lr=0.3 --run-id bbb -y"
    Then it prints "link conf.json {"lr": 0.3, "net": {"h": 5}, "x": 1}"
    When I run "guild run --restart bbb lr=0.4 -y"
    Then it prints "link conf.json {"lr": 0.4, "net": {"h": 5}, "x": 1}"

  Scenario: A command is run once over what was unpacked
    Given a file "guild.yml":
      """
      show:
        requires: [{file: x.tar.gz, post-process: 'mv data/a.txt data/moved.txt && rm data/[bc].*'}]
      bad:
        main: show
        requires: [{file: data/a.txt, post-process: exit 3}]
      """
    And an archive "x.tar.gz" of "data"
    When I run "guild run show -y"
    Then it prints:
      """
      file data/moved.txt A
      """
    And it says "Post processing file:x.tar.gz resource in ..."
    When I run "guild run show -y"
    Then it prints:
      """
      file data/moved.txt A
      """
    When I run "guild run bad -y"
    Then it fails with exit status 1
    And it says "guild: ...error post processing file:data/a.txt resource: Command 'exit 3' returned non-zero exit status 3."

  Scenario: Files of the web are downloaded once
    Given the web has a file "/x/data.csv"
    And a file "guild.yml" about the web:
      """
      show:
        requires: [{url: WEB/x/data.csv}]
      """
    When I run "guild run show -y"
    Then it prints "file data.csv of the web"
    And it says:
      """
      Resolving http...data.csv
      """
    When the web is gone
    And I run "guild run show -y"
    Then it prints "file data.csv of the web"

  Scenario: A file that the web does not have makes the run fail
    Given a file "guild.yml" about the web:
      """
      show:
        requires: [{url: WEB/x/data.csv}]
      """
    When I run "guild run show -y"
    Then it fails with exit status 1
    And it says "guild: ...cannot download http...: the server says 404 Not Found"

  Scenario: What is downloaded must be what is expected
    Given the web has a file "/x/data.csv"
    And a file "guild.yml" about the web:
      """
      show:
        requires: [{url: WEB/x/data.csv, sha256: abc}]
      """
    When I run "guild run show -y"
    Then it fails with exit status 1
    And it says "guild: ...bad sha256 for '.../data.csv' (expected abc but got ...)"

  Scenario: A download that is cut is taken up again
    Given the web has a file "/x/data.csv"
    And the web cuts after 3 bytes, and after 0 bytes
    And a file "guild.yml" about the web:
      """
      show:
        requires: [{url: WEB/x/data.csv}]
      """
    When I run "guild run show --run-id aaa -y"
    Then it fails with exit status 1
    And it says:
      """
      Resolving http...
      guild: run failed because a dependency was not met: ...the connection was cut after 3 of 10 bytes
      Try again to go on with it.
      """
    When I run "guild run --restart aaa -y"
    Then it prints "file data.csv of the web"
    And the web was asked for the part "bytes=3-"
