internal import Foundation
internal import Store

/// Figures as the project prints them: an accuracy never comes without its denominator.
enum Figure {
    /// "9,188 / 9,980 (92.06 %, 95 % CI ±0.53)".
    static func accuracy(correct: Int, of images: Int) -> String {
        guard images > 0 else { return "0 / 0" }
        let share = 100 * Double(correct) / Double(images)
        let interval = interval(correct: correct, of: images)
        let reach = max(share - interval.lowerBound, interval.upperBound - share)
        return "\(count(correct)) / \(count(images)) (\(fixed(share, 2)) %, 95 % CI ±\(fixed(reach, 2)))"
    }

    /// The 95 % Wilson score interval, in percent (Wilson 1927).
    ///
    /// Unlike the normal approximation it stays honest near 0 and 100 %. It is not symmetric: what follows a "±" is the
    /// larger of its two sides.
    static func interval(correct: Int, of images: Int) -> ClosedRange<Double> {
        guard images > 0 else { return 0...100 }
        let n = Double(images)
        let p = Double(correct) / n
        let z = 1.959964
        let center = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, 100 * (center - half))...min(100, 100 * (center + half))
    }

    static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "-" : fixed(100 * Double(part) / Double(whole), 2)
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }

    /// Three significant digits, in scientific form when far from 1.
    static func compact(_ value: Double) -> String {
        String(format: "%.3g", value)
    }

    /// As a person would write it: 0.5, 100001, 1e+20.
    static func exact(_ value: Double) -> String { String(format: "%.15g", value) }

    /// "1 epoch", "30 epochs".
    static func epochs(_ count: Int) -> String { "\(count) epoch\(count == 1 ? "" : "s")" }

    /// With a comma at each thousand.
    static func count(_ value: Int) -> String {
        let digits = String(abs(value))
        var grouped = ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// "4.2 s", "3 min 05 s", "2 h 10 min".
    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.95: String(format: "%.2f s", seconds)
        case ..<60: String(format: "%.1f s", seconds)
        case ..<3600: String(format: "%d min %02d s", Int(seconds) / 60, Int(seconds) % 60)
        default: String(format: "%d h %02d min", Int(seconds) / 3600, Int(seconds) % 3600 / 60)
        }
    }

    /// "2026-11-26T12:34:56Z".
    static func date(_ time: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(time.milliseconds) / 1000).formatted(.iso8601)
    }

    /// "12:34:56", in the zone of the machine.
    static func timeOfDay(_ time: Timestamp) -> String {
        var seconds = Int(time.milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return String(format: "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec)
    }
}
