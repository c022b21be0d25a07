namespace MGLMM.Data.Measurements;

/// <summary>Right ones of all.</summary>
internal sealed class Tally
{
    public long Right { get; private set; }

    public long All { get; private set; }

    public void Add(bool right)
    {
        Right += right ? 1 : 0;
        All++;
    }

    public override string ToString() => All == 0 ? "-" : FormattableString.Invariant($"{(double)Right / All:F3} ({Right} of {All})");
}
