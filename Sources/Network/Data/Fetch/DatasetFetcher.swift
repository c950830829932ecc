internal import Foundation

/// Fetches public data sets: mirrors in turn, partial files resumed, checksums compared, nothing fetched twice.
///
/// A file comes to its name only after its checksum was right; until then it is `NAME.part`, where the next try goes on.
///
/// For example:
///
///     let dataset = try DatasetFetcher().fetch(.mnist, into: "data/mnist") { progress in
///         print(progress.name, progress.bytes, progress.total)
///     }
package struct DatasetFetcher: Sendable {
    /// How far one file is.
    package struct Progress: Hashable, Sendable {
        /// The file's name at the mirror.
        package var name: String
        /// Bytes that have come so far.
        package var bytes: Int
        /// Roughly what there is to fetch; a mirror may have packed it otherwise.
        package var total: Int
    }

    /// The URL or directory that stands in for the canonical mirrors.
    private let mirror: String?
    private let curl: Curl

    /// - Parameters:
    ///   - mirror: A URL or a directory to take the files from, instead of the canonical mirrors.
    ///   - connectTimeout: Seconds until a host that does not answer is given up.
    package init(mirror: String? = nil, connectTimeout: Int = 4) {
        self.mirror = mirror
        self.curl = Curl(connectTimeout: connectTimeout)
    }

    /// Makes sure that all files of `dataset` are in `directory`, and opens it.
    ///
    /// - Parameters:
    ///   - directory: Made where it does not exist.
    ///   - progress: Called some times a second while a file comes, and when it has come.
    /// - Throws: ``DataError``; ``DataError/fetchFailed(name:attempts:)`` says what each mirror answered.
    package func fetch(
        _ dataset: CanonicalDataset, into directory: String, progress: (Progress) -> Void = { _ in }
    ) throws(DataError) -> Dataset {
        try Directory.make(at: directory)
        let mirrors = mirror.map { [Self.baseURL($0)] } ?? dataset.mirrors
        for download in dataset.downloads where !Self.isPresent(download, in: directory) {
            try fetch(download, from: mirrors, into: directory, progress: progress)
        }
        return try Dataset.open(at: directory)
    }

    /// `mirror` as the front part of a URL.
    private static func baseURL(_ mirror: String) -> String {
        let url = mirror.contains("://") ? mirror : URL(fileURLWithPath: mirror).absoluteString
        return url.hasSuffix("/") ? url : url + "/"
    }

    private func fetch(
        _ download: CanonicalDataset.Download, from mirrors: [String], into directory: String,
        progress: (Progress) -> Void
    ) throws(DataError) {
        // curl says of any file that it cannot write the same.
        guard faccessat(AT_FDCWD, directory, W_OK, AT_EACCESS) == 0 else { throw OutputFile.failure(directory, errno) }
        let part = "\(directory)/\(download.name).part"
        if Self.size(of: part) > 0, (try? Self.accept(part, download, in: directory)) != nil { return }
        var attempts: [String] = []
        for mirror in mirrors {
            let url = mirror + download.name
            let host = URL(string: url)?.host.flatMap { $0.isEmpty ? nil : $0 } ?? mirror
            // Twice where the first try went on from a partial file, which may have been another mirror's or damaged.
            tries: for _ in 0..<2 {
                let resumed = Self.size(of: part) > 0
                let outcome = try curl.fetch(url, to: part) {
                    progress(Progress(name: download.name, bytes: Self.size(of: part), total: download.bytes))
                }
                do throws(DataError) {
                    try Self.check(outcome, path: part)
                    let size = Self.size(of: part)
                    try Self.accept(part, download, in: directory)
                    progress(Progress(name: download.name, bytes: size, total: size))
                    return
                } catch {
                    switch error {
                    case .writeFailed, .notWritable, .cannotMake: throw error
                    case .readFailed(_, let reason):
                        attempts.append("\(host): \(reason)")
                        // A connection that broke is resumed from the next mirror; a refusal to resume needs a fresh start.
                        guard resumed, Self.refusesToResume(outcome) else { break tries }
                        Self.remove(part)
                    default:
                        attempts.append("\(host): \(error)")
                        Self.remove(part)
                        guard resumed else { break tries }
                    }
                }
            }
        }
        throw .fetchFailed(name: download.name, attempts: attempts)
    }

    /// Turns curl's failure into an error.
    private static func check(_ outcome: Curl.Outcome, path: String) throws(DataError) {
        switch outcome {
        case .done: return
        // CURLE_WRITE_ERROR: a full disk or a directory that may not be written.
        case .failed(code: 23, let reason): throw .writeFailed(path: path, reason: reason)
        case .failed(_, let reason): throw .readFailed(path: path, reason: reason)
        }
    }

    /// Whether curl failed in a way that a fresh start may cure: HTTP 4xx, range error, bad resume offset.
    private static func refusesToResume(_ outcome: Curl.Outcome) -> Bool {
        guard case .failed(let code, _) = outcome else { return false }
        return [22, 33, 36].contains(code)
    }
}
