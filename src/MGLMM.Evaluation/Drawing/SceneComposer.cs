namespace MGLMM.Evaluation.Drawing;

/// <summary>Composes scenes: what stands where, under which light. One scene each; not thread-safe.</summary>
internal sealed class SceneComposer
{
    /// <summary>Pixels are drawn so many times finer than they are shown.</summary>
    public const int Fineness = 2;

    private const int Tries = 14;

    private static readonly string[] Patterns = ["stripes", "bars", "diagonal", "dots", "checks"];

    private static readonly Dictionary<string, string[]> BackgroundColours = new(StringComparer.Ordinal)
    {
        ["sky"] = ["blue", "grey", "orange", "pink", "black"], ["grass"] = ["green", "green", "green", "green", "green", "green", "yellow"], ["road"] = ["grey", "grey", "black", "brown"],
        ["pavement"] = ["grey", "white", "red", "brown"], ["water"] = ["blue", "blue", "green", "grey"], ["sand"] = ["yellow", "yellow", "orange"], ["snow"] = ["white"],
        ["mountains"] = ["grey", "blue", "brown", "purple"], ["hills"] = ["green", "green", "yellow", "blue"], ["field"] = ["yellow", "brown", "green"],
        ["wall"] = ["white", "yellow", "blue", "green", "pink", "grey", "purple", "orange"], ["floor"] = ["brown", "brown", "grey", "white", "orange", "black", "green", "blue"],
    };

    private readonly DrawingRandom _random;
    private readonly List<(double Left, double Top, double Right, double Bottom)> _boxes = [];
    private readonly List<(double Order, Action Draw)> _standing = [];
    private readonly List<(double Order, Action Draw)> _flying = [];
    private readonly double _zoom;
    private double? _horizon;
    private double _line;

    /// <summary>Composes and draws a scene.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="longSide">Pixels of the longer side, as it is shown.</param>
    public SceneComposer(ulong seed, int longSide)
    {
        _random = new DrawingRandom(seed);
        double ratio = _random.Choice(1.0, 4.0 / 3, 4.0 / 3, 4.0 / 3, 1.5, 1.5, 16.0 / 9, 0.75, 0.75, 2.0 / 3);
        (Width, Height) = (Math.Sqrt(ratio), 1 / Math.Sqrt(ratio));
        (double, double)? outline = _random.Share() < 0.3 ? (_random.Between(0.003, 0.006), _random.Between(0.25, 0.6)) : null;
        Canvas = new DrawingCanvas(Width, Height, longSide * Fineness, outline);
        _zoom = _random.Between(0.85, 1.18) * Math.Min(1, 0.72 + (0.28 * Width)) * (Height < 1.1 ? 1 : 1.06);
        Action scene = _random.Weighted<Action>((Street, 3), (Meadow, 3), (Farm, 2), (Beach, 2.4), (Lake, 1.6), (Winter, 1.8), (Park, 2.4), (Garden, 1.6), (Mountain, 1.6), (LivingRoom, 3), (Kitchen, 1.6), (Bedroom, 1.6));
        bool indoors = scene == LivingRoom || scene == Kitchen || scene == Bedroom;
        Light = indoors ? "day" : _random.Weighted(("day", 0.62), ("evening", 0.12), ("night", 0.12), ("overcast", 0.14));
        scene();
        foreach ((double _, Action draw) in _flying.OrderBy(entry => entry.Order).Concat(_standing.OrderBy(entry => entry.Order)))
        {
            draw();
        }
    }

    public double Width { get; }

    public double Height { get; }

    public DrawingCanvas Canvas { get; }

    /// <summary>day, evening, night or overcast.</summary>
    public string Light { get; }

    /// <summary>Everything that was drawn, by its number.</summary>
    public List<DrawnThing> Things { get; } = [];

    private void Background(string kind, ReadOnlySpan<(double X, double Y)> points, string? colour = null, (string, double)[]? patterns = null, double soft = 0, double? gradient = null)
    {
        colour ??= _random.Choice<string>(BackgroundColours[kind]);
        Things.Add(new DrawnThing(kind, colour, IsBackground: true));
        (double red, double green, double blue) = Palette.Paint(colour, _random);
        (red, green, blue) = (red + ((250 - red) * soft), green + ((250 - green) * soft), blue + ((250 - blue) * soft));
        Effects effects = new(
            patterns is [(string pattern, _), ..] ? pattern : null, patterns is [(_, double strength), ..] ? strength : 0, (gradient ?? 0) + _random.Between(-0.22, 0.22), _random.Share() < 0.6 ? _random.Between(0.02, 0.12) : 0);
        Canvas.Fill(Canvas.NumberOf(new Shape(Things.Count - 1, kind, (red, green, blue), effects)), points);
    }

    /// <summary>A band over the whole width, whose upper edge may be wavy.</summary>
    private (double X, double Y)[] Band(double top, double bottom, double wavy = 0)
    {
        int steps = wavy > 0 ? 8 : 1;
        List<(double X, double Y)> points = new();
        for (int step = 0; step <= steps; step++)
        {
            points.Add((Width * step / steps, top + (wavy > 0 ? _random.Between(-wavy, wavy) : 0)));
        }

        return [.. points, (Width + 0.02, bottom), (-0.02, bottom)];
    }

    private bool IsFree((double Left, double Top, double Right, double Bottom) box, double limit) => !_boxes.Exists(other =>
    {
        (double width, double height) = (Math.Min(box.Right, other.Right) - Math.Max(box.Left, other.Left), Math.Min(box.Bottom, other.Bottom) - Math.Max(box.Top, other.Top));
        return width > 0 && height > 0
            && width * height > limit * Math.Min((box.Right - box.Left) * (box.Bottom - box.Top), (other.Right - other.Left) * (other.Bottom - other.Top));
    });

    /// <summary>Puts a thing with its base between two heights; tells its place, or null where there is no room.</summary>
    private (double X, double Y, double Size)? Put(string name, double y0, double y1, double? at = null, double scale = 1, double limit = 0.3, bool sky = false, string? colour = null, bool deep = true, double? order = null)
    {
        ThingKind kind = ThingKinds.All[name];
        (double half, double top) = kind.Extent;
        double full = _random.Between(kind.Smallest, kind.Largest) * _zoom * scale;
        for (int attempt = 0; attempt < (at is null ? Tries : 1); attempt++)
        {
            double y = _random.Between(y0, y1);
            double size = deep && _horizon is { } horizon ? full * (0.62 + (0.55 * Math.Max(0, (y - horizon) / Math.Max(0.05, Height - horizon)))) : full;
            double x = at ?? (_random.Between(0.02, 0.98) * Width);
            (double Left, double Top, double Right, double Bottom) box = (x - (half * size), y - (top * size), x + (half * size), y);
            double inside = Math.Min(Width, box.Right) - Math.Max(0, box.Left);
            if (inside < 0.55 * (box.Right - box.Left) || box.Top < -0.3 * size || !IsFree(box, limit))
            {
                continue;
            }

            _boxes.Add(box);
            (bool flipped, ulong seed) = (_random.Share() < 0.5, _random.Next());
            string main = colour ?? (kind.Colours.Length > 0 ? _random.Choice<string>(kind.Colours) : string.Empty);
            double squeeze = _random.Between(0.9, 1.1);
            double lean = _random.Share() < 0.3 && !sky ? _random.Between(-0.06, 0.06) : 0;
            (sky ? _flying : _standing).Add((order ?? (sky ? size : y), () =>
            {
                Pen pen = new(Canvas, new DrawingRandom(seed), Things.Count, new ThingPlace(x, y, size, flipped, lean, squeeze));
                Things.Add(new DrawnThing(name, main.Length > 0 ? main : null, IsBackground: false) { Colours = pen.Colours });
                kind.Draw(pen, main);
            }));
            return (x, y, size);
        }

        return null;
    }

    /// <summary>Puts some things of several kinds; a kind is sometimes repeated.</summary>
    private void Some(string[] choices, int count, double y0, double y1, double limit = 0.3, double scale = 1, bool sky = false, bool deep = true)
    {
        string? last = null;
        for (int index = 0; index < count; index++)
        {
            last = last is not null && _random.Share() < 0.28 ? last : _random.Choice<string>(choices);
            Put(last, y0, y1, limit: limit, scale: scale, sky: sky, deep: deep);
        }
    }

    private void Sky(double horizon, params string[] flying)
    {
        _horizon = horizon;
        string colour = Light switch { "evening" => _random.Choice("orange", "pink"), "night" => "black", "overcast" => "grey", _ => "blue" };
        Background("sky", Band(-0.02, horizon + 0.02), colour, soft: Light == "night" ? 0 : _random.Between(0.05, 0.4), gradient: _random.Between(-0.1, 0.4));
        (double top, double low) = (0.26 * Height, Math.Max(0.3 * Height, horizon - 0.06));
        if (Light is "day" or "evening" && _random.Share() < 0.5)
        {
            Put("sun", top * 0.75, low * 0.8, sky: true, deep: false);
        }

        if (Light == "night" && _random.Share() < 0.75)
        {
            Put("moon", top * 0.75, low * 0.7, sky: true, deep: false);
        }

        for (int cloud = Light == "night" ? 0 : _random.Choice(0, 1, 1, 2); cloud > 0; cloud--)
        {
            Put("cloud", top * 0.7, low, sky: true, deep: false, colour: Light == "overcast" ? _random.Choice("grey", "white") : null);
        }

        string[] there = [.. flying.Where(kind => Light != "night" || kind == "airplane")];
        for (int thing = there.Length == 0 ? 0 : _random.Choice(0, 1, 1, 2); thing > 0; thing--)
        {
            Put(_random.Choice<string>(there), top, low, sky: true, deep: false);
        }
    }

    private void Far(double horizon, double chance)
    {
        if (_random.Share() > chance)
        {
            return;
        }

        List<(double X, double Y)> points = new();
        if (_random.Share() < 0.55)
        {
            points.Add((-0.05, horizon + 0.02));
            for (double x = -0.05; x < Width + 0.1;)
            {
                points.Add((x + 0.1, horizon - (_random.Between(0.1, 0.3) * Height)));
                x += _random.Between(0.18, 0.36);
                points.Add((x, horizon - _random.Between(0, 0.06)));
            }

            points.Add((Width + 0.4, horizon + 0.02));
            Background("mountains", points.ToArray(), soft: 0.12);
            return;
        }

        (double waves, double start, double rise) = (_random.Between(2, 5), _random.Between(0, 6), _random.Between(0.05, 0.14) * Height);
        for (int step = 0; step <= 16; step++)
        {
            points.Add((Width * step / 16, horizon - (rise * (1.1 + Math.Sin((waves * step / 16 * Width) + start)))));
        }

        points.AddRange([(Width + 0.02, horizon + 0.02), (-0.02, horizon + 0.02)]);
        Background("hills", points.ToArray(), Light == "night" ? "blue" : null);
    }

    private void Street()
    {
        double horizon = _random.Between(0.42, 0.56) * Height;
        Sky(horizon, "bird", "airplane", "balloon");
        Far(horizon, 0.2);
        Background(_random.Share() < 0.65 ? "grass" : "pavement", Band(horizon, Height + 0.02, _random.Share() < 0.4 ? 0.008 : 0));
        double top = _random.Between(0.66, 0.74) * Height;
        double bottom = top + (_random.Between(0.15, 0.22) * Height);
        Background("road", Band(top, bottom));
        if (_random.Share() < 0.7)
        {
            int road = Things.Count - 1;
            (double red, double green, double blue) = Canvas.Shapes.First(shape => shape.Thing == road).Paint;
            int number = Canvas.NumberOf(new Shape(road, "road", (Math.Min(255, (red * 0.4) + 150), Math.Min(255, (green * 0.4) + 150), Math.Min(255, (blue * 0.4) + 150)), Effects.None));
            double middle = (top + bottom) / 2;
            for (double x = 0.03; x < Width; x += 0.2)
            {
                Canvas.Fill(number, [(x, middle - 0.008), (x + 0.09, middle - 0.008), (x + 0.09, middle + 0.008), (x, middle + 0.008)]);
            }
        }

        if (bottom < 0.9 * Height && _random.Share() < 0.5)
        {
            Background("pavement", Band(bottom, Height + 0.02));
        }

        Some(["house", "house", "tree", "pine tree", "bush"], _random.Choice(1, 2, 2, 3), top - (0.05 * Height), top - (0.01 * Height), limit: 0.25);
        Some(["street lamp", "traffic light", "tree", "fence"], _random.Choice(0, 1, 1), top - (0.02 * Height), top, limit: 0.35);
        Some(["car", "car", "truck", "bus", "bicycle"], _random.Choice(1, 1, 2, 2), top + (0.05 * Height), bottom, limit: 0.2);
        Some(["man", "woman", "child", "dog", "cat", "bench", "bicycle"], _random.Choice(0, 1, 2), bottom, Height * 0.98, limit: 0.3, scale: 0.86);
    }

    private void Meadow()
    {
        double horizon = _random.Between(0.4, 0.6) * Height;
        Sky(horizon, "bird", "kite", "hot-air balloon", "airplane");
        Far(horizon, 0.55);
        Background("grass", Band(horizon, Height + 0.02, _random.Share() < 0.5 ? 0.01 : 0));
        Some(["tree", "pine tree", "house", "bush", "tent"], _random.Choice(1, 2, 2), horizon + (0.03 * Height), Height * 0.8);
        Some(["flower", "flower", "mushroom", "rabbit", "horse", "dog", "child", "woman", "man", "ball", "sheep"], _random.Choice(2, 3, 3, 4), horizon + (0.12 * Height), Height * 0.98, limit: 0.22);
    }

    private void Farm()
    {
        double horizon = _random.Between(0.38, 0.5) * Height;
        Sky(horizon, "bird");
        Far(horizon, 0.4);
        Background("grass", Band(horizon, Height + 0.02));
        if (_random.Share() < 0.75)
        {
            double top = horizon + (_random.Between(0.03, 0.1) * Height);
            Background("field", Band(top, top + (_random.Between(0.1, 0.18) * Height), 0.006), patterns: [("stripes", 0.08)]);
        }

        Some(["house", "tree", "fence"], _random.Choice(1, 2, 2), horizon + (0.06 * Height), Height * 0.68, limit: 0.25);
        Some(["cow", "sheep", "horse", "duck", "dog", "man", "woman", "bucket", "fence"], _random.Choice(2, 3, 4), Height * 0.66, Height * 0.98, limit: 0.22);
    }

    private void Beach()
    {
        (double horizon, double shore) = (_random.Between(0.34, 0.46) * Height, _random.Between(0.58, 0.7) * Height);
        Sky(horizon, "bird", "kite", "airplane");
        Far(horizon, 0.2);
        Background("water", Band(horizon, shore + 0.05));
        Background("sand", Band(shore, Height + 0.02, _random.Choice(0, 0.008, 0.012)));
        Some(["boat"], _random.Choice(0, 1, 1, 2), horizon + (0.06 * Height), shore - (0.01 * Height), limit: 0.15);
        Some(["umbrella", "woman", "man", "child", "ball", "bucket", "dog", "tent", "kite"], _random.Choice(2, 3, 4), shore + (0.1 * Height), Height * 0.98, limit: 0.22);
    }

    private void Lake()
    {
        double horizon = _random.Between(0.36, 0.48) * Height;
        Sky(horizon, "bird", "hot-air balloon");
        Far(horizon, 0.6);
        Background("grass", Band(horizon, Height + 0.02));
        double top = horizon + (_random.Between(0.05, 0.12) * Height);
        double bottom = top + (_random.Between(0.22, 0.32) * Height);
        Background("water", Band(top, bottom, 0.006));
        if (_random.Share() < 0.5)
        {
            Background("sand", Band(bottom - 0.02, bottom + (0.07 * Height), 0.006));
        }

        Some(["tree", "pine tree", "house"], _random.Choice(1, 1, 2), horizon + 0.01, top);
        Some(["boat", "duck", "duck", "fish"], _random.Choice(1, 2, 2), top + (0.1 * Height), bottom - (0.03 * Height), limit: 0.15);
        Some(["bench", "man", "child", "tent", "flower", "rabbit", "dog", "bush"], _random.Choice(1, 2, 2), bottom + (0.08 * Height), Height * 0.98, limit: 0.22);
    }

    private void Winter()
    {
        double horizon = _random.Between(0.4, 0.55) * Height;
        Sky(horizon, "bird");
        Far(horizon, 0.5);
        Background("snow", Band(horizon, Height + 0.02, _random.Share() < 0.6 ? 0.012 : 0));
        if (_random.Share() < 0.3)
        {
            double top = _random.Between(0.7, 0.78) * Height;
            Background("road", Band(top, top + (0.15 * Height)));
            Some(["car", "truck", "bus"], 1, top + (0.05 * Height), top + (0.14 * Height));
        }

        Some(["pine tree", "pine tree", "house", "tree"], _random.Choice(1, 2, 3), horizon + (0.02 * Height), Height * 0.74, limit: 0.25);
        Some(["snowman", "sled", "child", "man", "woman", "dog", "street lamp", "rabbit"], _random.Choice(1, 2, 3), Height * 0.74, Height * 0.98, limit: 0.22);
    }

    private void Park()
    {
        double horizon = _random.Between(0.38, 0.52) * Height;
        Sky(horizon, "bird", "kite", "balloon");
        Far(horizon, 0.25);
        Background("grass", Band(horizon, Height + 0.02));
        if (_random.Share() < 0.6)
        {
            double top = _random.Between(0.62, 0.8) * Height;
            Background("pavement", Band(top, top + (_random.Between(0.09, 0.14) * Height), 0.004));
        }

        Some(["tree", "tree", "bush", "street lamp", "fence", "pine tree"], _random.Choice(1, 2, 3), horizon + (0.03 * Height), Height * 0.72, limit: 0.25);
        Some(["bench", "child", "woman", "man", "dog", "ball", "bicycle", "flower", "bird", "balloon", "umbrella"], _random.Choice(2, 3, 4), Height * 0.66, Height * 0.98, limit: 0.22);
    }

    private void Garden()
    {
        double horizon = _random.Between(0.42, 0.52) * Height;
        Sky(horizon, "bird", "balloon");
        Background("grass", Band(horizon, Height + 0.02));
        Put("house", horizon + (0.06 * Height), horizon + (0.16 * Height), scale: 1.15);
        Some(["fence", "bush", "tree"], _random.Choice(1, 1, 2), horizon + (0.06 * Height), Height * 0.75);
        Some(["flower", "flower", "cat", "chair", "table", "bucket", "mushroom", "child", "potted plant", "ball", "rabbit"], _random.Choice(2, 3, 4), Height * 0.74, Height * 0.98, limit: 0.2);
    }

    private void Mountain()
    {
        double horizon = _random.Between(0.5, 0.62) * Height;
        Sky(horizon, "bird", "hot-air balloon", "airplane");
        Far(horizon, 1);
        Background(_random.Share() < 0.25 ? "snow" : "grass", Band(horizon, Height + 0.02, 0.01));
        Some(["pine tree", "pine tree", "tree", "tent", "house"], _random.Choice(1, 2, 3), horizon + (0.02 * Height), Height * 0.85);
        Some(["man", "woman", "horse", "sheep", "bird", "tent", "rabbit", "mushroom"], _random.Choice(1, 2, 2), Height * 0.78, Height * 0.98, limit: 0.22);
    }

    private void Room()
    {
        _line = _random.Between(0.6, 0.72) * Height;
        Background("wall", Band(-0.02, _line + 0.02), patterns: _random.Share() < 0.3 ? [(_random.Choice<string>(Patterns), _random.Between(0.03, 0.07))] : null, soft: _random.Between(0.15, 0.4));
        Background("floor", Band(_line, Height + 0.02), patterns: _random.Share() < 0.45 ? [(_random.Choice("bars", "stripes", "checks"), _random.Between(0.04, 0.1))] : null);
    }

    private void OnWall(string[] choices, int count) => Some(choices, count, 0.36 * Height, 0.46 * Height, limit: 0.05, sky: true, deep: false);

    private void OnTable(string[] choices, int count)
    {
        if (Put("table", Math.Max(_line + (0.08 * Height), 0.74 * Height), Height * 0.95, limit: 0.2, scale: 1.1) is not (var x, var y, var size))
        {
            return;
        }

        (double Left, double Top, double Right, double Bottom) table = _boxes[^1];
        int first = _random.Below(3);
        for (int slot = 0; slot < count; slot++)
        {
            // What stands on the table is drawn behind it in order, just after it in time.
            double place = x + ((((first + slot) % 3) - 1) * 0.5 * size * 0.95);
            Put(_random.Choice<string>(choices), y - size, y - size, at: place, limit: 0.12, scale: _random.Between(0.85, 1.05), deep: false, order: y + 0.0001);
        }

        _boxes.Add(table);
    }

    private void LivingRoom()
    {
        Room();
        OnWall(["picture", "picture", "window", "clock"], _random.Choice(1, 1, 2));
        if (_random.Share() < 0.5)
        {
            Put("rug", Height * 0.9, Height * 0.99, deep: false, limit: 1);
        }

        double low = _line + (0.03 * Height);
        if (_random.Share() < 0.6)
        {
            Put("sofa", low + (0.05 * Height), Height * 0.92, limit: 0.2, scale: 1.1);
        }

        if (_random.Share() < 0.45)
        {
            OnTable(["vase", "cup", "book", "apple", "potted plant"], _random.Choice(1, 2, 2));
        }

        Some(["lamp", "chair", "potted plant", "shelf", "cat", "dog", "ball", "child", "woman", "man"], _random.Choice(1, 2, 3), low + (0.03 * Height), Height * 0.97, limit: 0.2);
    }

    private void Kitchen()
    {
        Room();
        OnWall(["window", "clock", "picture"], _random.Choice(1, 2));
        OnTable(["cup", "apple", "vase", "book", "cup"], _random.Choice(1, 2, 3));
        Some(["chair", "chair", "potted plant", "shelf", "cat", "woman", "man", "bucket"], _random.Choice(1, 2, 2), _line + (0.06 * Height), Height * 0.97, limit: 0.2);
    }

    private void Bedroom()
    {
        Room();
        OnWall(["picture", "window", "clock"], _random.Choice(1, 1, 2));
        if (_random.Share() < 0.45)
        {
            Put("rug", Height * 0.9, Height * 0.99, deep: false, limit: 1);
        }

        Put("bed", _line + (0.08 * Height), Height * 0.92, limit: 0.2, scale: 1.2);
        Some(["lamp", "chair", "shelf", "ball", "cat", "dog", "child", "balloon", "book", "potted plant"], _random.Choice(1, 2, 3), _line + (0.06 * Height), Height * 0.97, limit: 0.18);
    }
}
