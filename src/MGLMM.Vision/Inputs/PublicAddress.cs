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

    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(NotPublic4, network => network.Contains(address));
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        // Byte by byte: IPNetwork.Contains takes a mapped IPv4 address for what it wraps (2000::/3 "contains" ::ffff:8.8.8.8).
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out _)
            && (bytes[0] & 0xE0) == 0x20                                                       // 2000::/3, global unicast, less
            && !(bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] & 0xFE) == 0)               // 2001::/23, protocol assignments: Teredo, benchmarks, ORCHID
            && !bytes.StartsWith((ReadOnlySpan<byte>)[0x20, 0x01, 0x0D, 0xB8])                 // 2001:db8::/32, documentation
            && !bytes.StartsWith((ReadOnlySpan<byte>)[0x20, 0x02])                             // 2002::/16, 6to4
            && !(bytes[0] == 0x3F && bytes[1] == 0xFF && (bytes[2] & 0xF0) == 0)               // 3fff::/20, documentation
            && !((bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE);  // ISATAP interface identifiers (RFC 5214)
    }
}
