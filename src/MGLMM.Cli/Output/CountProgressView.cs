using System.Globalization;

namespace MGLMM.Cli.Output;

/// <summary>Shows how much of a known number is done.</summary>
internal static class CountProgressView
{
    /// <summary>Runs something that counts and shows its progress.</summary>
    public static Task<T> ShowAsync<T>(int total, string what, Func<IProgress<int>, Task<T>> run) => ProgressView.ShowAsync(
        what, (int done) => new ProgressShown(done, total, string.Create(CultureInfo.InvariantCulture, $"{done} of {total} {what}")), run);
}
