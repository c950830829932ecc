internal import Foundation
internal import Store

/// Memory of this machine and its processes, in bytes.
package enum Memory {
    /// What a process holds for itself, in memory or swapped out: not the pages of files that the kernel can drop.
    ///
    /// - Returns: Nil if there is no such process any more.
    package static func used(by process: Int32) -> Int? {
        guard let text = ProcFile.text("/proc/\(process)/status"),
            let own = ProcFile.number("RssAnon", in: text)
        else { return nil }
        let others = ["RssShmem", "VmSwap"].compactMap { ProcFile.number($0, in: text) }
        return 1024 * others.reduce(own, +)
    }

    /// The most that this process has held in memory so far; nil where the kernel does not say.
    package static var peak: Int? {
        ProcFile.text("/proc/self/status").flatMap { ProcFile.number("VmHWM", in: $0) }.map { 1024 * $0 }
    }

    /// How many processes the kernel has ended so far because memory ran out; nil where it does not say.
    package static var killings: Int? {
        ProcFile.text("/proc/vmstat").flatMap { ProcFile.number("oom_kill", in: $0) }
    }

    /// What this process and its children may use together: the machine's memory, or less if a control group says so.
    package static var total: Int {
        let machine = ProcFile.text("/proc/meminfo").flatMap { ProcFile.number("MemTotal", in: $0) }
        let limits = groupFolders.compactMap { folder in
            ["memory.max", "memory.limit_in_bytes"]
                .compactMap { ProcFile.text("\(folder)/\($0)").flatMap { Int($0) } }.min()
        }
        return ([1024 * (machine ?? 4 << 20)] + limits).min() ?? 4 << 30
    }

    /// The limit of one of `workers` processes: an equal part of four fifths of everything, and at least 2 GiB where
    /// there is as much, for jobs differ in what they need.
    package static func standardLimit(workers: Int) -> Int {
        let usable = total / 5 * 4
        return min(usable, max(usable / workers, 2 << 30))
    }

    /// "12.3 GB".
    package static func text(_ bytes: Int) -> String {
        let (value, unit) = bytes < 1_000_000_000 ? (Double(bytes) / 1e6, "MB") : (Double(bytes) / 1e9, "GB")
        return String(format: "%.1f ", value) + unit
    }

    /// The folders of the control groups that this process is in, the innermost first.
    private static var groupFolders: [String] {
        (ProcFile.text("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty || parts[1] == "memory" else { return [] }
            let root = parts[1].isEmpty ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            var path = parts[2].split(separator: "/")
            var folders = [root]
            while !path.isEmpty {
                folders.append("\(root)/\(path.joined(separator: "/"))")
                path.removeLast()
            }
            return folders
        }
    }
}
