namespace MGLMM.Evaluation.Drawing;

/// <summary>A kind of thing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Draw">Draws one in the colour that its name has; empty where it has none.</param>
/// <param name="Colours">The colours that it comes in, one several times where it comes more often; empty where its name has no colour.</param>
/// <param name="Parts">The parts that can be named, in their order.</param>
/// <param name="Smallest">Its least height at the front, in units of a scene whose area is 1.</param>
/// <param name="Largest">Its greatest height at the front.</param>
internal sealed record ThingKind(string Name, Action<Pen, string> Draw, string[] Colours, string[] Parts, double Smallest, double Largest)
{
    private (double Half, double Top)? _extent;

    /// <summary>Half the width and the height of the kind, in its own size.</summary>
    public (double Half, double Top) Extent => _extent ??= Measured();

    private (double Half, double Top) Measured()
    {
        (double half, double top) = (0, 0);
        for (ulong seed = 0; seed < 4; seed++)
        {
            DrawingTape tape = new();
            Draw(new Pen(tape, new DrawingRandom(seed), 0, new ThingPlace(0, 0, 1)), Colours.Length > 0 ? Colours[0] : string.Empty);
            half = Math.Max(half, tape.Points.Max(point => Math.Abs(point.X)));
            top = Math.Max(top, tape.Points.Max(point => -point.Y));
        }

        return (half, top);
    }
}
