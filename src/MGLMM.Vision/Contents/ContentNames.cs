using System.Globalization;

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

    /// <summary>
    /// What to call a picture that somebody attached to a chat: its name without anything that could be read as more than a name or taken for a handle, as
    /// <c>picture-img1.png</c> for <c>img1</c>; where it has none, its number.
    /// </summary>
    /// <param name="said">What it was called, also with folders before it; null for nothing.</param>
    /// <param name="mediaType">Its media type, for the extension of a name that is made here.</param>
    /// <param name="number">Its number among the pictures of the chat.</param>
    public static string OfPicture(string? said, string? mediaType, int number)
    {
        const int LongestOfPicture = 60;
        string name = new([.. Path.GetFileName(said ?? string.Empty).Take(LongestOfPicture).Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_')]);
        string own = name.Any(char.IsLetterOrDigit) ? Handles.Unlike(name) : string.Create(CultureInfo.InvariantCulture, $"picture-{number}");
        return own == name ? name : own + mediaType switch { "image/png" => ".png", "image/jpeg" => ".jpg", "image/webp" => ".webp", _ => string.Empty };
    }
}
