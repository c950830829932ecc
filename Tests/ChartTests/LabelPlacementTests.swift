import Chart
import Testing

@Suite struct LabelPlacementTests {
    private let bounds = Box(left: 0, top: 0, right: 600, bottom: 300)

    @Test func labelsOfACrowdDoNotOverlap() {
        let points = (0..<40).map { Point(300 + Double($0 % 8) * 9, 150 + Double($0 / 8) * 7) }
        let marks = points.map { Box(around: $0, reach: 4) }
        var placement = LabelPlacement(within: bounds, avoiding: marks, size: 11)
        var places: [Box] = []
        for (index, point) in points.enumerated() {
            if let place = placement.place("plan number \(index)", at: point, clearance: 7) { places.append(place.box) }
        }
        #expect(places.count > 5)
        for (index, box) in places.enumerated() {
            #expect(bounds.contains(box))
            #expect(!marks.contains(where: box.intersects))
            #expect(!places[..<index].contains(where: box.intersects))
        }
    }

    @Test func aLoneLabelStandsBesideItsMark() throws {
        var placement = LabelPlacement(within: bounds, avoiding: [], size: 11)
        let placed = placement.place("alone", at: Point(300, 150), clearance: 7)
        let place = try #require(placed)
        #expect(!place.needsLeader)
        #expect(abs(place.box.bottom - 150) < 20)
    }

    @Test func whatIsWiderThanTheDrawingHasNoPlace() {
        var placement = LabelPlacement(within: bounds, avoiding: [], size: 11)
        let place = placement.place(String(repeating: "wide ", count: 60), at: Point(300, 150), clearance: 7)
        #expect(place == nil)
    }
}

@Suite struct TextWidthTests {
    @Test func longNamesKeepBothEnds() {
        let name = "/features/stage3/block_2/convolution/activation/Relu_output_0"
        let short = TextWidth.elided(name, to: 150, size: 12)
        #expect(TextWidth.of(short, size: 12) <= 150)
        #expect(short.hasPrefix("/fea") && short.hasSuffix("Relu_output_0") && short.contains("…"))
        #expect(TextWidth.elided("relu", to: 150, size: 12) == "relu")
        #expect(TextWidth.elided("wwwwww", to: 2, size: 12) == "…")
    }
}
