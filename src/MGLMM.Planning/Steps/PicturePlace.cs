namespace MGLMM.Planning.Steps;

/// <summary>Where in a picture something is, in words: by thirds of its width and height.</summary>
internal static class PicturePlace
{
    /// <summary>All words for a place, as alternatives of a regular expression.</summary>
    public const string Sides = @"(?:(?:upper|lower|top|bottom)[\s-]+)?(?:left|right)|upper|lower|top|bottom|middle|cent(?:er|re)";

    /// <summary>"on the left", "at the top right", "in the middle".</summary>
    public static string Of(MeasuredRegion region, (int Width, int Height) picture)
    {
        (int across, int down) = (Third(region.X, picture.Width), Third(region.Y, picture.Height));
        return (across, down) switch
        {
            (1, 1) => "in the middle",
            (_, 1) => $"on the {Across(across)}",
            (1, _) => $"at the {Down(down)}",
            _ => $"at the {Down(down)} {Across(across)}",
        };
    }

    /// <summary>By thirds of one direction only: that of a side.</summary>
    public static string Along(string side, MeasuredRegion region, (int Width, int Height) picture) =>
        side.ToLowerInvariant() is "left" or "right" or "middle" or "center" or "centre"
            ? Third(region.X, picture.Width) is var across and not 1 ? $"on the {Across(across)}" : "in the middle, neither left nor right"
            : Third(region.Y, picture.Height) is var down and not 1 ? $"at the {Down(down)}" : "in the middle, neither at the top nor at the bottom";

    /// <summary>Whether something is on a side; "in the middle" is the middle third across.</summary>
    public static bool IsOn(string side, MeasuredRegion region, (int Width, int Height) picture) => side.ToLowerInvariant() switch
    {
        var both when both.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries) is [var down, var across] => IsOn(down, region, picture) && IsOn(across, region, picture),
        "left" => Third(region.X, picture.Width) == 0,
        "right" => Third(region.X, picture.Width) == 2,
        "top" or "upper" => Third(region.Y, picture.Height) == 0,
        "bottom" or "lower" => Third(region.Y, picture.Height) == 2,
        _ => Third(region.X, picture.Width) == 1,
    };

    private static int Third(double at, int length) => Math.Clamp((int)(3 * at / length), 0, 2);

    private static string Across(int third) => third switch { 0 => "left", 1 => "middle", _ => "right" };

    private static string Down(int third) => third == 0 ? "top" : "bottom";
}
