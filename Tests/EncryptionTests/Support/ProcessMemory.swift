import Foundation
import Store

/// Looks for secrets in this process's own memory.
enum ProcessMemory {
    /// Part of a file, each byte inverted, so that what is looked for is not where it is looked up.
    static func inverted(_ path: String, _ range: Range<Int>) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: range.count)
        guard pread(file, &bytes, bytes.count, range.lowerBound) == bytes.count else {
            throw CocoaError(.fileReadUnknown)
        }
        for index in bytes.indices { bytes[index] = ~bytes[index] }
        return bytes
    }

    /// How many pieces of writable memory hold the bytes.
    static func count(ofInverted pattern: [UInt8]) throws -> Int {
        let memory = open("/proc/self/mem", O_RDONLY)
        defer { close(memory) }
        let size = 1 << 20
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var found = 0
        guard let maps = ProcFile.text("/proc/self/maps") else { throw CocoaError(.fileReadUnknown) }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 2)
            let ends = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard fields[1].hasPrefix("rw"), ends.count == 2 else { continue }
            var start = ends[0]
            while start < ends[1] {
                let wanted = min(size, ends[1] - start)
                let count = pread(memory, buffer.baseAddress, wanted, start)
                // What another thread has given back meanwhile cannot be read; what lies behind it can.
                guard count > 0 else {
                    start += Int(getpagesize())
                    continue
                }
                for index in 0..<count { buffer[index] = ~buffer[index] }
                if holds(UnsafeRawBufferPointer(rebasing: buffer[..<count]), pattern) { found += 1 }
                buffer.initializeMemory(as: UInt8.self, repeating: 0)
                // Of two full pieces, the later one begins with what could have been cut at the end of the first.
                start += count == size ? size - pattern.count : count
            }
        }
        return found
    }

    private static func holds(_ bytes: UnsafeRawBufferPointer, _ pattern: [UInt8]) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        var start = 0
        while start + pattern.count <= bytes.count,
            let next = memchr(base + start, Int32(pattern[0]), bytes.count - pattern.count - start + 1)
        {
            if memcmp(next, pattern, pattern.count) == 0 { return true }
            start = UnsafeRawPointer(next) - base + 1
        }
        return false
    }
}
