using System.Globalization;

namespace MGLMM.Data.Measurements;

/// <summary>Tells on standard error how far a measurement is.</summary>
internal static class Progress
{
    private const int Every = 10;

    public static void Tell(int scenes)
    {
        if (scenes % Every == 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {scenes} scenes"));
        }
    }
}
