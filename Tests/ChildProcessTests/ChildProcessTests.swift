import ChildProcess
import Foundation
import Testing

struct ChildProcessTests {
    private func run(
        _ program: String, _ arguments: [String], input: String = "/dev/null", patience: Double = 120,
        limit: Int = 1_000_000
    ) throws -> (output: [UInt8], ending: ChildProcess.Ending) {
        let handle = try #require(FileHandle(forReadingAtPath: input))
        let child = ChildProcess(program: program, patience: patience, outputLimit: limit)
        return try child.run(arguments, input: handle.fileDescriptor)
    }

    @Test func whatItWritesAndHowItEndsIsKnown() throws {
        let (output, ending) = try run("/bin/sh", ["-c", "echo hello; exit 3"])
        #expect(String(decoding: output, as: UTF8.self) == "hello\n")
        #expect(ending == .exited(3))
    }

    @Test func theInputIsTheFile() throws {
        let (output, ending) = try run("/bin/cat", [], input: "/proc/sys/kernel/ostype")
        #expect(String(decoding: output, as: UTF8.self) == "Linux\n")
        #expect(ending == .exited(0))
    }

    @Test func theEnvironmentAndOtherDescriptorsAreNotPassedOn() throws {
        let (output, _) = try run(
            "/bin/sh", ["-c", "/usr/bin/env | /bin/grep -v -e ^PWD -e ^_ -e SHLVL; ls /proc/self/fd"])
        // 0, 1, 2, and the directory that is being listed.
        #expect(String(decoding: output, as: UTF8.self).split(separator: "\n").count == 4)
    }

    @Test func aSignalIsToldApartFromAStatus() throws {
        #expect(try run("/bin/sh", ["-c", "kill -SEGV $$"]).ending == .signalled(11))
    }

    @Test func whoTakesTooLongIsKilled() throws {
        let began = ContinuousClock.now
        #expect(try run("/bin/sleep", ["600"], patience: 0.2).ending == .tookTooLong)
        #expect(ContinuousClock.now - began < .seconds(300), "of ten minutes")
    }

    @Test func whoHasClosedItsOutputMayNotStayEither() throws {
        let began = ContinuousClock.now
        #expect(try run("/bin/sh", ["-c", "exec >&-; exec /bin/sleep 600"], patience: 0.4).ending == .tookTooLong)
        #expect(ContinuousClock.now - began < .seconds(300), "of ten minutes")
    }

    @Test func whoEndsSoonAfterItsOutputIsWaitedFor() throws {
        let (output, ending) = try run("/bin/sh", ["-c", "echo bye; exec >&-; /bin/sleep 0.3; exit 4"])
        #expect(String(decoding: output, as: UTF8.self) == "bye\n" && ending == .exited(4))
    }

    @Test func whoWritesTooMuchIsKilled() throws {
        let (output, ending) = try run("/bin/cat", [], input: "/dev/zero", limit: 100_000)
        #expect(ending == .wroteTooMuch)
        #expect(output.count < 300_000)
    }

    @Test func aMissingProgramIsAFailure() {
        #expect(throws: ChildProcess.Failure.self) { try run("/nonexistent/program", []) }
    }
}
