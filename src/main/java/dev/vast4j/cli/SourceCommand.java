package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import picocli.CommandLine.Mixin;

/** A command that needs the deployment of a program. */
abstract class SourceCommand extends ServiceCommand {
  private final String[] arguments;
  private final boolean inProgram;

  @Mixin private final DeploymentSource source = new DeploymentSource();

  SourceCommand(Console console, String[] arguments, boolean inProgram) {
    super(console);
    this.arguments = arguments;
    this.inProgram = inProgram;
  }

  @Override
  public final Integer call() {
    checkOptions();
    String classPath = source.classPath();
    return classPath == null || inProgram
        ? super.call()
        : Integer.valueOf(Program.run(classPath, arguments, console));
  }

  @Override
  @SuppressWarnings("try") // restores the output when it is closed
  final ExitCode run(Vast vast) {
    // A terminal's progress is shown on standard output, so find that before it is taken away.
    ProgressListener progress = console.progress();
    OwnedOutput output = OwnedOutput.of(console);
    try (Deployment deployment = source.build(vast, progress, console)) {
      return run(deployment);
    } finally {
      output.restore();
    }
  }

  abstract ExitCode run(Deployment deployment);
}
