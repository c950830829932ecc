internal import Checksum
internal import Foundation

extension DatasetFetcher {
    /// Whether all that `download` brings is in `directory`, with the right checksums.
    static func isPresent(_ download: CanonicalDataset.Download, in directory: String) -> Bool {
        switch download.kind {
        case .gzip(let content):
            (try? checksum(of: "\(directory)/\(download.name)", encoding: .gzip)) == content.checksum
        case .archive(let contents):
            contents.allSatisfy {
                (try? checksum(of: "\(directory)/\($0.name)", encoding: .stored)) == $0.checksum
            }
        }
    }

    /// Compares the checksums of what was fetched to `part`, and gives the files their names.
    ///
    /// - Throws: ``DataError/checksumMismatch(path:found:expected:)``, or what else is wrong with the file.
    static func accept(
        _ part: String, _ download: CanonicalDataset.Download, in directory: String
    ) throws(DataError) {
        switch download.kind {
        case .gzip(let content):
            let found = try checksum(of: part, encoding: .gzip)
            guard found == content.checksum else {
                throw .checksumMismatch(path: part, found: found, expected: content.checksum)
            }
            try rename(part, to: "\(directory)/\(download.name)")
        case .archive(let contents):
            try unpack(part, contents, into: directory)
            remove(part)
        }
    }

    /// Takes `contents` out of the archive at `part`.
    private static func unpack(
        _ part: String, _ contents: [CanonicalDataset.Content], into directory: String
    ) throws(DataError) {
        let file = try InputFile(part)
        let tar = TarReader(try ByteStream(file, at: 0, length: file.size, encoding: .gzip), path: part)
        var missing = Set(contents)
        try tar.forEachFile { name, pieces throws(DataError) in
            let base = name.split(separator: "/").last.map(String.init) ?? name
            guard let content = missing.first(where: { $0.name == base }) else { return }
            let unpacked = "\(directory)/\(base).part"
            let hash = SHA256()
            let output = try OutputFile(unpacked)
            try pieces.forEach { bytes throws(DataError) in
                hash.update(bytes)
                try output.write(bytes)
            }
            let found = hash.finish()
            guard found == content.checksum else {
                remove(unpacked)
                throw .checksumMismatch(path: "\(part) (\(base))", found: found, expected: content.checksum)
            }
            try rename(unpacked, to: "\(directory)/\(base)")
            missing.remove(content)
        }
        guard missing.isEmpty else {
            let names = missing.map(\.name).sorted().joined(separator: ", ")
            throw .corruptArchive(path: part, reason: "it lacks \(names)")
        }
    }

    /// SHA-256 of the file's bytes after unpacking.
    private static func checksum(of path: String, encoding: ByteStream.Encoding) throws(DataError) -> String {
        let file = try InputFile(path)
        let stream = try ByteStream(file, at: 0, length: file.size, encoding: encoding)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        let hash = SHA256()
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { return hash.finish() }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Bytes of the file at `path`; 0 where there is none.
    static func size(of path: String) -> Int {
        (try? InputFile(path))?.size ?? 0
    }

    static func remove(_ path: String) {
        unlink(path)
    }

    private static func rename(_ path: String, to name: String) throws(DataError) {
        guard Foundation.rename(path, name) == 0 else { throw OutputFile.failure(name, errno) }
    }
}
