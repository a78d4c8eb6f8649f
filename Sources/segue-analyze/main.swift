import Glibc

// The work lives elsewhere, so that this file has no logic of its own.
exit(AnalyzeProgram.run(Array(CommandLine.arguments.dropFirst())))
