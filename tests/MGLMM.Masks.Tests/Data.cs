namespace MGLMM.Masks.Tests;

/// <summary>The files under data/, see the README there.</summary>
internal static class Data
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    public static IEnumerable<string[]> Rows(string name) => File.ReadLines(PathOf(name)).Skip(1).Select(line => line.Split('\t'));

    public static int[] Numbers(string text) => [.. text.Split(' ').Select(int.Parse)];
}
