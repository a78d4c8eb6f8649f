import Foundation
import Terminal

// The tree of commands and their work live elsewhere, so that this file has no logic of its own.
exit(await BenchProgram().run(Array(CommandLine.arguments.dropFirst())).rawValue)
