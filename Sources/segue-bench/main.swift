// Options are parsed and work is done elsewhere, so that this file has no logic of its own.
BenchProgram.run(Array(CommandLine.arguments.dropFirst()))
