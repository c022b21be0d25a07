namespace MGLMM.Vision.Contents;

/// <summary>Names that hosts give: of owners and conversations, and of what is in them.</summary>
public static class ContentNames
{
    /// <summary>Characters of a name at most.</summary>
    public const int Longest = 200;

    /// <summary>Whether this can be a name: not blank, not too long, no control characters.</summary>
    /// <param name="name">What would be one.</param>
    public static bool Is(string name) => !string.IsNullOrWhiteSpace(name) && name.Length <= Longest && !name.Any(char.IsControl);

    /// <summary>Refuses what is no name.</summary>
    /// <param name="name">What should be one.</param>
    /// <param name="parameter">The parameter that it came in.</param>
    /// <exception cref="ArgumentException">It is none; the message says what one is.</exception>
    public static void Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!Is(name))
        {
            throw new ArgumentException($"A name has 1 to {Longest} characters and no control characters.", parameter);
        }
    }
}
