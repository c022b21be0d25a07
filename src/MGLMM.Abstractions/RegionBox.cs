namespace MGLMM;

/// <summary>
/// A box for a <c>&lt;bbox&gt;</c> of an instruction, in pixels of the picture, fractions allowed: x grows to the right, y downwards, 0 is the left
/// or upper edge of the first pixel. Corners may lie outside the picture or be swapped; the model gets them as they are.
/// </summary>
/// <param name="Left">x of one corner.</param>
/// <param name="Top">y of one corner.</param>
/// <param name="Right">x of the corner opposite.</param>
/// <param name="Bottom">y of the corner opposite.</param>
public readonly record struct RegionBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>x1,y1,x2,y2.</summary>
    public override string ToString() => FormattableString.Invariant($"{Left},{Top},{Right},{Bottom}");
}
