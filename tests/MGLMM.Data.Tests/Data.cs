using System.Globalization;

namespace MGLMM.Data.Tests;

/// <summary>The files beside the tests.</summary>
internal static class Data
{
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    public static IEnumerable<string[]> Rows(string name) => File.ReadLines(PathOf(name)).Select(line => line.Split('\t'));

    public static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
