extension Plot {
    /// Ticks with labels under the area, the axis line and the title.
    package func bottom(_ axis: Axis) -> [Element] {
        var elements: [Element] = []
        for tick in axis.ticks where x.domain.contains(tick.value) {
            let place = x(tick.value)
            if axis.hasGrid { elements.append(Self.line("grid", Point(place, area.top), Point(place, area.bottom))) }
            elements.append(Self.line("axis", Point(place, area.bottom), Point(place, area.bottom + 4)))
            elements.append(Self.text(tick.label, at: Point(place, area.bottom + 16), "tick middle"))
        }
        elements.append(Self.line("axis", Point(area.left, area.bottom), Point(area.right, area.bottom)))
        if let title = axis.title {
            elements.append(
                Self.text(title, at: Point((area.left + area.right) / 2, area.bottom + 36), "axis-title middle"))
        }
        return elements
    }

    /// Ticks with labels left of the area; the title stands above it, so that nobody has to turn their head.
    package func left(_ axis: Axis) -> [Element] {
        var elements: [Element] = []
        for tick in axis.ticks where y.domain.contains(tick.value) {
            let place = y(tick.value)
            if axis.hasGrid { elements.append(Self.line("grid", Point(area.left, place), Point(area.right, place))) }
            elements.append(Self.text(tick.label, at: Point(area.left - 8, place + 4), "tick end"))
        }
        if let title = axis.title {
            elements.append(Self.text(title, at: Point(0, area.top - 14), "axis-title"))
        }
        return elements
    }
}
