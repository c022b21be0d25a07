using System.Collections.Frozen;
using MGLMM.Language;

namespace MGLMM.Vision.Language;

/// <summary>Nouns of what lies behind and below the things of a picture and is not counted: what COCO's panoptic format calls stuff. English.</summary>
internal static class BackgroundNouns
{
    private static readonly FrozenSet<string> Nouns = FrozenSet.Create(
        StringComparer.Ordinal,
        "background", "backdrop", "sky", "cloud", "fog", "mist", "smoke", "horizon",
        "ground", "floor", "ceiling", "wall", "grass", "lawn", "meadow", "field", "pasture", "soil", "dirt", "earth", "mud", "sand", "gravel", "beach", "shore", "desert",
        "snow", "ice", "water", "sea", "ocean", "lake", "river", "stream", "pond", "wave",
        "road", "street", "pavement", "sidewalk", "path", "asphalt", "lane", "railroad", "track", "runway",
        "mountain", "hill", "cliff", "rock", "forest", "wood", "woodland", "vegetation", "foliage", "landscape", "scenery");

    /// <summary>Whether a noun phrase names background: its noun is one of them.</summary>
    public static bool IsNamed(string phrase)
    {
        string[] words = EnglishPhrases.WordsOf(phrase);
        return words.Length > 0 && Nouns.Contains(EnglishNouns.Singular(words[EnglishPhrases.HeadLength(words) - 1]));
    }
}
