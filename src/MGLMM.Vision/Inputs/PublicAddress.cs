using System.Net;
using System.Net.Sockets;

namespace MGLMM.Vision.Inputs;

/// <summary>Which IP addresses are hosts of the public internet.</summary>
/// <remarks>
/// By the IANA special-purpose address registries (RFC 6890 and successors): what is not known to be public is not. Addresses that carry an
/// IPv4 address inside (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP) are refused as a whole, because where they lead
/// depends on the network.
/// </remarks>
internal static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8",          // this network
            "10.0.0.0/8",         // private
            "100.64.0.0/10",      // shared by carriers (CGNAT); some clouds' metadata
            "127.0.0.0/8",        // loopback
            "168.63.129.16/32",   // Azure's host agent
            "169.254.0.0/16",     // link-local; most clouds' metadata
            "172.16.0.0/12",      // private
            "192.0.0.0/24",       // protocol assignments
            "192.0.2.0/24",       // documentation
            "192.88.99.0/24",     // 6to4 relays
            "192.168.0.0/16",     // private
            "198.18.0.0/15",      // benchmarks
            "198.51.100.0/24",    // documentation
            "203.0.113.0/24",     // documentation
            "224.0.0.0/3",        // multicast, reserved, broadcast
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 =
    [
        .. new[]
        {
            "2001::/23",      // protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  // documentation
            "2002::/16",      // 6to4
            "3fff::/20",      // documentation
        }.Select(IPNetwork.Parse),
    ];

    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(NotPublic4, network => network.Contains(address));
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            && GlobalUnicast6.Contains(address)
            && !Array.Exists(NotPublic6, network => network.Contains(address))
            && !IsIsatap(address);
    }

    /// <summary>An interface identifier of 00-00-5E-FE or 02-00-5E-FE, then an IPv4 address (RFC 5214).</summary>
    private static bool IsIsatap(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _) && (bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
    }
}
